import { formatDuration, type Clock } from '../../core/index.ts'
import { isFromFuture } from '../date-set.ts'
import { periodOf, type Period } from './periods.ts'
import type { LabelTerm, RetentionPolicy } from './retention.ts'

/** What the plan has to know of a set. */
export interface PruneCandidate {
  readonly name: string
  readonly createdAt: Date
  /** Of which database it is: rules apply to each by itself. */
  readonly source: string
  readonly label: string | null
  /** By the last rehearsal of it that came to an answer. */
  readonly answer: 'GO' | 'NO-GO' | null
  /** A rehearsal once called it GO, whatever came after. */
  readonly onceGo: boolean
  /** Why it is not touched whatever the rules say (in use, damaged, not dated, …); null: it may be. */
  readonly leftFor: string | null
}

export type Fate = 'kept' | 'deleted' | 'left'

export interface PlannedSet<S extends PruneCandidate> {
  readonly set: S
  readonly fate: Fate
  /** Which rules, or why it is left. Of a deleted one: that no rule keeps it. */
  readonly why: string
}

export interface PrunePlan<S extends PruneCandidate> {
  /** Newest first. */
  readonly sets: readonly PlannedSet<S>[]
  /** Why nothing is deleted at all: the clock can't be believed. `sets` then says `kept` of all. */
  readonly stop: string | null
}

const yearMs = 366 * 86_400_000

/**
 * Which sets stay, which go, and by which rule. Pure: the same for a dry run and for the real one.
 *
 * The clock alone deletes nothing. A set's age is counted not to now, but to when the so many-th newest set (the
 * floor's) was taken, unless now is earlier: a clock that ran ahead changes nothing until so many backups were taken by
 * it, backups that stopped coming don't let the old ones expire, and a clock that fell behind keeps more. When it is
 * ahead of all sets by more than a year, or behind all of them, it stops.
 */
export function planPrune<S extends PruneCandidate>(
  sets: readonly S[],
  policy: RetentionPolicy,
  clock: Clock,
): PrunePlan<S> {
  const now = clock.now()
  const sorted = sets.toSorted(newestFirst)
  const stop = doubtClock(sorted, now)
  if (stop !== null) return { sets: sorted.map((set) => ({ set, fate: 'kept', why: 'nothing is deleted' })), stop }
  const planned = new Map<S, PlannedSet<S>>()
  for (const source of new Set(sorted.map((set) => set.source))) {
    for (const entry of planSource(
      sorted.filter((set) => set.source === source),
      policy,
      now,
    )) {
      planned.set(entry.set, entry)
    }
  }
  return { sets: sorted.flatMap((set) => planned.get(set) ?? []), stop: null }
}

function planSource<S extends PruneCandidate>(
  sets: readonly S[],
  policy: RetentionPolicy,
  now: Date,
): readonly PlannedSet<S>[] {
  const whyLeft = (set: S) =>
    set.leftFor ?? (isFromFuture(set.createdAt, now) ? 'taken in the future: check the clocks' : null)
  const whole = sets.filter((set) => whyLeft(set) === null)
  const rules = new Map(whole.map((set) => [set, [] as string[]]))
  const keep = (set: S | undefined, rule: string) => set && rules.get(set)?.push(rule)

  const newestGo = whole.find(({ answer }) => answer === 'GO')
  keep(newestGo, 'newest GO')
  const onceGo = whole.find(({ onceGo }) => onceGo)
  if (onceGo !== newestGo) keep(onceGo, 'newest that once was GO')

  const sound = whole.filter(({ answer }) => answer !== 'NO-GO')
  const floor = [...sound, ...whole.filter(({ answer }) => answer === 'NO-GO')].slice(0, policy.floor)
  for (const set of floor) keep(set, 'floor')
  /* One that is NO-GO is kept as if it were good, and never in a good one's place. */
  for (const among of [whole, sound]) {
    for (const [index, set] of among.slice(0, policy.last).entries()) keep(set, `last ${index + 1} of ${policy.last}`)
    for (const [period, count] of periodsOf(policy)) {
      for (const [key, set] of newestByPeriod(among, period, count)) keep(set, `${period} ${key}`)
    }
  }

  const marker = sound[policy.floor - 1]?.createdAt ?? null
  const until = marker === null ? null : Math.min(marker.getTime(), now.getTime())
  for (const set of whole) {
    const rule = ruleOfLabel(set, policy, until)
    if (rule !== null) keep(set, rule)
  }
  /* What is left might all be worthless: the history may be lost, or no drill ever ran. */
  if (!newestGo) for (const set of whole) if (rules.get(set)?.length === 0) keep(set, 'no set is known to be GO')
  return sets.map((set): PlannedSet<S> => {
    const left = whyLeft(set)
    if (left !== null) return { set, fate: 'left', why: left }
    const by = [...new Set(rules.get(set))]
    return by.length > 0 ? { set, fate: 'kept', why: by.join(', ') } : { set, fate: 'deleted', why: 'no rule keeps it' }
  })
}

function ruleOfLabel(set: PruneCandidate, policy: RetentionPolicy, until: number | null): string | null {
  const labels = labelsOf(set, policy)
  for (const label of labels) {
    const term: LabelTerm | undefined = Object.hasOwn(policy.labels, label) ? policy.labels[label] : undefined
    if (term === undefined) return `label ${label} has no rule`
    if (term === 'forever') return `label ${label}, forever`
    if (term === 'schedule') continue
    if (until === null || until - set.createdAt.getTime() <= term) return `label ${label}, ${formatDuration(term)}`
  }
  return null
}

/** Its label, and what its name begins with where that is a label too: `pre-migration-baseline-2025-10-22`. */
function labelsOf({ name, label }: PruneCandidate, policy: RetentionPolicy): readonly string[] {
  const base = name.slice(name.lastIndexOf('/') + 1)
  const named = Object.keys(policy.labels).filter(
    (known) => base === known || base.startsWith(`${known}-`) || base.startsWith(`${known}_`),
  )
  return [...new Set([...(label === null ? [] : [label]), ...named])]
}

function periodsOf(policy: RetentionPolicy): readonly (readonly [Period, number])[] {
  return [
    ['day', policy.daily],
    ['week', policy.weekly],
    ['month', policy.monthly],
    ['year', policy.yearly],
  ]
}

function newestByPeriod<S extends PruneCandidate>(sets: readonly S[], period: Period, count: number): Map<string, S> {
  const newest = new Map<string, S>()
  for (const set of sets) {
    const key = periodOf(set.createdAt, period)
    if (newest.has(key)) continue
    if (newest.size === count) break
    newest.set(key, set)
  }
  return newest
}

function doubtClock(sorted: readonly PruneCandidate[], now: Date): string | null {
  const newest = sorted[0]
  const dated = sorted.find(({ createdAt }) => !isFromFuture(createdAt, now))
  if (!newest) return null
  if (!dated) return `the clock says ${now.toISOString()}, and every set was taken later`
  const aheadMs = now.getTime() - newest.createdAt.getTime()
  if (aheadMs <= yearMs) return null
  return `the clock says ${now.toISOString()}, and the newest set was taken ${formatDuration(aheadMs)} before that`
}

function newestFirst(a: PruneCandidate, b: PruneCandidate): number {
  const later = b.createdAt.getTime() - a.createdAt.getTime()
  return later || (a.name < b.name ? 1 : a.name > b.name ? -1 : 0)
}
