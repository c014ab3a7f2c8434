import { formatDuration, scrubLine, type Clock } from '../../core/index.ts'
import { allowedSkewMs } from '../date-set.ts'
import { isKeptByLabel } from './choose-sets.ts'
import { checklistItems, timesOf, type ItemId } from './items.ts'
import type { ChecklistReport, DayFacts, DaySet, ItemState, JudgedItem, MigrationDay } from './types.ts'

interface Seen {
  readonly done: boolean
  readonly why: string
  readonly hint: string | null
}

/**
 * Whether the migration may begin: NO-GO when anything that is due by the clock is not done. What is not due yet is shown
 * and does not fail. Pure.
 */
export function judgeChecklist(day: MigrationDay, facts: DayFacts, clock: Clock): ChecklistReport {
  const now = clock.now()
  const asked = checklistItems.filter(({ id }) => id !== 'platform' || facts.platform !== null)
  const items = asked.map((item): JudgedItem => {
    const { begins, due } = timesOf(item, day.migrationAt)
    const { done, why, hint } =
      item.by === 'person' ? seeSignOff(item.id, day, facts, now) : seeMachine(item.id, day, facts)
    const state: ItemState = done ? 'done' : now >= due ? 'missing' : now >= begins ? 'open' : 'later'
    return { ...item, due: due.toISOString(), state, why: scrubLine(why), hint }
  })
  const missing = items.filter(({ state }) => state === 'missing').map(({ id }) => id)
  return {
    kind: 'migration-checklist-report',
    version: 1,
    at: now.toISOString(),
    migrationAt: day.migrationAt.toISOString(),
    answer: missing.length === 0 ? 'GO' : 'NO-GO',
    complete: items.every(({ state }) => state === 'done'),
    missing,
    items,
    expiring: facts.expiry.deleted.map((name) => scrubLine(name)),
    expiresUntil: facts.expiry.until.toISOString(),
  }
}

type PersonItem = Extract<(typeof checklistItems)[number], { by: 'person' }>['id']
type MachineItem = Exclude<ItemId, PersonItem>

function seeSignOff(id: PersonItem, { migrationAt }: MigrationDay, { signOffs }: DayFacts, now: Date): Seen {
  const last = signOffs.findLast(({ item, at }) => item === id && Date.parse(at) <= now.getTime() + allowedSkewMs)
  return last
    ? { done: true, why: `${last.name}, ${minute(last.at)}`, hint: null }
    : {
        done: false,
        why: 'not signed off',
        hint: `rehearse checklist sign --migration ${migrationAt.toISOString()} --item ${id} --name "…"`,
      }
}

function seeMachine(id: MachineItem, day: MigrationDay, facts: DayFacts): Seen {
  const { full, fresh, whyNoFull, whyNoFresh } = facts.chosen
  const lacks = (why: string, hint: string | null = null): Seen => ({ done: false, why, hint })
  const noFull = lacks('there is no full backup yet')
  const noFresh = lacks('there is no fresh backup yet')
  const take = 'rehearse backup --from env:NAME --label pre-migration'
  switch (id) {
    case 'full-backup':
      return full ? { done: true, why: full.name, hint: null } : lacks(whyNoFull, take)
    case 'labelled':
      return full ? seeLabel(full, take) : noFull
    case 'platform': {
      const { platform } = facts
      if (platform === null) return lacks('nothing is known of the platform')
      return { done: platform.good, why: platform.why, hint: platform.good ? null : platform.hint }
    }
    case 'verified':
      return full ? seeVerified(full, facts) : noFull
    case 'rehearsed':
      if (!full) return noFull
      if (full.answer === 'GO') return { done: true, why: 'GO', hint: null }
      return lacks(
        full.answer === null ? 'never rehearsed to an answer' : `the last rehearsal said ${full.answer}`,
        rehearsalOf(full),
      )
    case 'kept':
      return full ? seeKept([full, ...(fresh ? [fresh] : [])], facts) : noFull
    case 'fresh-backup':
      return fresh ? { done: true, why: fresh.name, hint: null } : lacks(whyNoFresh, take)
    case 'fresh-verified':
      return fresh ? seeVerified(fresh, facts) : noFresh
    case 'fresh-age':
      return fresh?.createdAt ? seeAge(fresh.createdAt, day) : noFresh
    default:
      throw new TypeError(`unhandled ${JSON.stringify(id satisfies never)}`)
  }
}

function rehearsalOf({ name, path, place }: DaySet): string {
  if (place === null) return `rehearse run --backup ${shellWord(path)}`
  const fetched = `"$(rehearse fetch --from ${shellWord(place)} --set ${shellWord(name)} --out fetched)"`
  return `rehearse run --backup ${fetched}`
}

/** As a shell takes it for one word. */
function shellWord(path: string): string {
  return /^[\w./:@%+-]+$/.test(path) ? path : `'${scrubLine(path, 1_000).replaceAll("'", "'\\''")}'`
}

function seeLabel(set: DaySet, take: string): Seen {
  const { label } = set
  return label !== null && isKeptByLabel(set)
    ? { done: true, why: label, hint: null }
    : { done: false, why: label === null ? 'it has no label' : `its label is ${label}`, hint: take }
}

function seeVerified({ digest }: DaySet, { verified }: DayFacts): Seen {
  const found = verified.get(digest)
  return found?.good
    ? { done: true, why: found.why, hint: null }
    : { done: false, why: found?.why ?? 'not verified', hint: 'rehearse verify' }
}

function seeKept(sets: readonly DaySet[], { expiry }: DayFacts): Seen {
  const hint = 'rehearse prune says by which rule a set stays; --label pre-migration keeps it 30 days'
  const going = sets.filter(({ name }) => expiry.deleted.includes(name)).map(({ name }) => name)
  const until = minute(expiry.until.toISOString())
  if (expiry.unknown !== null) return { done: false, why: `not known: ${expiry.unknown}`, hint }
  return going.length > 0
    ? { done: false, why: `a prune before ${until} would delete ${[...new Set(going)].join(', ')}`, hint }
    : { done: true, why: `until ${until}`, hint: null }
}

function seeAge(createdAt: Date, { migrationAt, freshWithinMs }: MigrationDay): Seen {
  const ageMs = migrationAt.getTime() - createdAt.getTime()
  const why = `${formatDuration(ageMs)}; at most ${formatDuration(freshWithinMs)}: what is written since is lost by a rollback`
  return { done: ageMs >= 0 && ageMs <= freshWithinMs, why, hint: null }
}

function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`
}
