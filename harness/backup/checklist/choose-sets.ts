import { formatDuration, scrubLine } from '../../core/index.ts'
import { isFromFuture } from '../date-set.ts'
import type { ChosenSets, DaySet, MigrationDay } from './types.ts'

/** The labels by which prune keeps a set through a migration. */
const keptLabels = ['pre-migration', 'migration']

export function isKeptByLabel({ label }: Pick<DaySet, 'label'>): boolean {
  return label !== null && keptLabels.includes(label)
}

/**
 * Which sets the day rests on. The full one: the newest taken for a migration that a rehearsal called GO; else the newest
 * taken for one and not rehearsed yet, even where an older one of another purpose is GO: what is missing is then its
 * rehearsal, not another backup; else the newest that is GO; else the newest. The fresh one: the
 * newest of the same database, unless a rehearsal said NO-GO of it. Nothing taken after the migration began counts: it
 * may hold half of it.
 */
export function chooseSets(sets: readonly DaySet[], day: MigrationDay, now: Date): ChosenSets {
  const newest = sets.toSorted((a, b) => timeOf(b) - timeOf(a))
  const whyNot = (set: DaySet, withinMs: number) => whyUnfit(set, day, withinMs, now)
  const fit = newest.filter((set) => whyNot(set, day.fullWithinMs) === null)
  const full = fit.toSorted((a, b) => rankOf(a) - rankOf(b))[0] ?? null
  const same = newest.filter(({ source }) => full === null || source === full.source)
  const whyNotFresh = (set: DaySet) =>
    whyNot(set, day.freshWithinMs) ?? (set.answer === 'NO-GO' ? 'its rehearsal said NO-GO' : null)
  const fresh = full === null ? null : (same.find((set) => whyNotFresh(set) === null) ?? null)
  return {
    full,
    fresh,
    whyNoFull: full ? '' : whyNone(newest[0], (set) => whyNot(set, day.fullWithinMs)),
    whyNoFresh: fresh ? '' : whyNone(same[0], whyNotFresh),
  }
}

/** The smallest is best; of equal ones the newest. */
function rankOf(set: DaySet): number {
  if (isKeptByLabel(set) && set.answer !== 'NO-GO') return set.answer === 'GO' ? 0 : 1
  return set.answer === 'GO' ? 2 : 3
}

function whyUnfit(set: DaySet, { migrationAt }: MigrationDay, withinMs: number, now: Date): string | null {
  if (set.problem !== null) return `damaged: ${set.problem}`
  if (!set.sealed) return 'not sealed: it has no manifest'
  if (!set.whole) return 'not the whole database'
  if (set.createdAt === null) return 'without a time'
  if (isFromFuture(set.createdAt, now)) return 'from the future: check the clocks'
  const ageMs = migrationAt.getTime() - set.createdAt.getTime()
  if (ageMs < 0) return 'taken after the migration began'
  if (ageMs > withinMs) return `${formatDuration(ageMs)} old at T-0; at most ${formatDuration(withinMs)} are allowed`
  return null
}

function whyNone(newest: DaySet | undefined, whyNot: (set: DaySet) => string | null): string {
  return newest === undefined
    ? 'there is no set in the folder'
    : `none; the newest, ${scrubLine(newest.name)}, is no such set: ${scrubLine(whyNot(newest) ?? 'no full backup to go with it')}`
}

function timeOf({ createdAt }: DaySet): number {
  return createdAt?.getTime() ?? Number.NEGATIVE_INFINITY
}
