import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { chooseSets } from './choose-sets.ts'
import { checklistItems, timesOf, type ItemId } from './items.ts'
import { judgeChecklist } from './judge-checklist.ts'
import type { DayFacts, DaySet, Expiry, ItemSignOff, MigrationDay, Verification } from './types.ts'

const minute = 60_000
const migrationAt = new Date('2026-03-01T20:00:00Z')
const day: MigrationDay = {
  migrationAt,
  lastsMs: 1440 * minute,
  fullWithinMs: 1440 * minute,
  freshWithinMs: 30 * minute,
}
const before = (minutes: number) => new Date(migrationAt.getTime() - minutes * minute)
const atZero = fixedClock(migrationAt)
const good: Verification = { good: true, why: '3 checks, all well' }

const full: DaySet = {
  name: 'full',
  path: '/sets/full',
  place: null,
  digest: 'manifest:full',
  createdAt: before(60),
  source: 'shop',
  label: 'pre-migration',
  sealed: true,
  whole: true,
  problem: null,
  answer: 'GO',
}
const fresh: DaySet = { ...full, name: 'fresh', digest: 'manifest:fresh', createdAt: before(14), answer: null }

/** Of this morning, by the schedule, and found good. */
const older: DaySet = { ...full, name: 'older', digest: 'manifest:older', createdAt: before(600), label: 'daily' }

interface World {
  readonly sets: readonly DaySet[]
  readonly verified: ReadonlyMap<string, Verification>
  readonly expiry: Expiry
  readonly platform: DayFacts['platform']
  readonly signOffs: readonly ItemSignOff[]
}

const people = ['rollback-plan', 'team-told', 'sign-off']
const perfect: World = {
  sets: [full, fresh],
  verified: new Map([full, fresh, older].map(({ digest }) => [digest, good])),
  expiry: { until: before(-1440), deleted: [], unknown: null },
  platform: { ...good, hint: '' },
  signOffs: people.map((item) => ({ item, name: 'Grace Hopper', at: before(20).toISOString() })),
}

function judge({ sets, ...rest }: World, clock = atZero) {
  const facts: DayFacts = { ...rest, chosen: chooseSets(sets, day, clock.now()) }
  return judgeChecklist(day, facts, clock)
}

const withSets = (...sets: readonly DaySet[]): World => ({ ...perfect, sets })
const withVerified = (digest: string, found: Verification | null): World => {
  const rest = [...perfect.verified].filter(([key]) => key !== digest)
  return { ...perfect, verified: new Map(found ? [...rest, [digest, found]] : rest) }
}
const ofFull: readonly ItemId[] = ['full-backup', 'labelled', 'verified', 'rehearsed', 'kept']
const ofFresh: readonly ItemId[] = ['fresh-backup', 'fresh-verified', 'fresh-age']

test('a day on which everything is done is GO, and complete', () => {
  expect(judge(perfect)).toMatchObject({ answer: 'GO', complete: true, missing: [] })
})

test('of a database that is not on Supabase, nothing is asked of the platform', () => {
  const { items, complete } = judge({ ...perfect, platform: null })
  expect([items.map(({ id }) => id).includes('platform'), complete]).toEqual([false, true])
})

const twins: readonly (readonly [string, World, readonly ItemId[]])[] = [
  ['no set at all', withSets(), [...ofFull, ...ofFresh]],
  ['no fresh one', withSets(full), ofFresh],
  ['a fresh one of half an hour and a minute', withSets(full, { ...fresh, createdAt: before(31) }), ofFresh],
  ['a fresh one of another database', withSets(full, { ...fresh, source: 'blog' }), ofFresh],
  ['a fresh one taken after the migration began', withSets(full, { ...fresh, createdAt: before(-1) }), ofFresh],
  ['a fresh one that is NO-GO', withSets(full, { ...fresh, answer: 'NO-GO' }), ofFresh],
  ['a fresh one that is damaged', withSets(full, { ...fresh, problem: 'full.sql is missing' }), ofFresh],
  ['a fresh one that is not sealed', withSets(full, { ...fresh, sealed: false }), ofFresh],
  ['a fresh one of some tables', withSets(full, { ...fresh, whole: false }), ofFresh],
  ['a fresh one without a time', withSets(full, { ...fresh, createdAt: null }), ofFresh],
  ['a full one that was not rehearsed', withSets({ ...full, answer: null }, fresh), ['rehearsed']],
  ['a full one that is NO-GO', withSets({ ...full, answer: 'NO-GO' }), ['rehearsed', ...ofFresh]],
  ['a full one without a label', withSets({ ...full, label: null }, { ...fresh, label: null }), ['labelled']],
  ['a full one with another label', withSets({ ...full, label: 'daily' }, { ...fresh, label: 'daily' }), ['labelled']],
  [
    'a full one not rehearsed, beside an older GO of another purpose',
    withSets({ ...full, answer: null }, older, fresh),
    ['rehearsed'],
  ],
  [
    'a full one that is NO-GO, beside the same',
    withSets({ ...full, answer: 'NO-GO' }, older, { ...fresh, label: null }),
    ['labelled'],
  ],
  ['a full one of two days ago', withSets({ ...full, createdAt: before(2880) }, fresh), ['rehearsed']],
  ['a full one with a wrong sum', withVerified(full.digest, { good: false, why: 'full.sql differs' }), ['verified']],
  ['a full one that was not verified', withVerified(full.digest, null), ['verified']],
  ['a fresh one with a wrong sum', withVerified(fresh.digest, { good: false, why: 'x' }), ['fresh-verified']],
  ['a full one that prune deletes', { ...perfect, expiry: { ...perfect.expiry, deleted: ['full'] } }, ['kept']],
  ['a fresh one that prune deletes', { ...perfect, expiry: { ...perfect.expiry, deleted: ['fresh'] } }, ['kept']],
  ['a platform without a good backup', { ...perfect, platform: { good: false, why: 'x', hint: 'y' } }, ['platform']],
  ['a prune that is not known', { ...perfect, expiry: { ...perfect.expiry, unknown: 'the clock' } }, ['kept']],
  ...people.map((item) => {
    const signOffs = perfect.signOffs.filter((other) => other.item !== item)
    return [`no sign-off of ${item}`, { ...perfect, signOffs }, [item as ItemId]] as const
  }),
  [
    'a sign-off of tomorrow',
    { ...perfect, signOffs: perfect.signOffs.map((one) => ({ ...one, at: before(-1440).toISOString() })) },
    ['rollback-plan', 'team-told', 'sign-off'],
  ],
]

/* Without a rehearsed full one the newest, which is the fresh one, stands in for both. */
test.each(twins)('%s is NO-GO at T-0, and says so', (_, world, missing) => {
  const report = judge(world)
  expect(report.answer).toBe('NO-GO')
  expect(report.missing.toSorted()).toEqual([...missing].toSorted())
})

test('what is missing of a set that was taken for the migration is its rehearsal, and no other backup', () => {
  const { items } = judge(withSets({ ...full, answer: null }, older, fresh))
  expect(items.find(({ id }) => id === 'labelled')).toMatchObject({ state: 'done', why: 'pre-migration' })
  expect(items.find(({ id }) => id === 'rehearsed')).toMatchObject({
    state: 'missing',
    hint: 'rehearse run --backup /sets/full',
  })
})

test('a set that only another prune rule touches is named, and fails nothing', () => {
  const report = judge({ ...perfect, expiry: { ...perfect.expiry, deleted: ['old'] } })
  expect(report).toMatchObject({ answer: 'GO', expiring: ['old'] })
})

test('what a step begins is due when the next one begins', () => {
  const nothing = { ...withSets(), platform: { good: false, why: 'x', hint: '' }, signOffs: [] }
  const states = (minutes: number) =>
    Object.fromEntries(judge(nothing, fixedClock(before(minutes))).items.map(({ id, state }) => [id, state]))
  expect(judge(nothing, fixedClock(before(61)))).toMatchObject({ answer: 'GO', complete: false })
  expect(states(61)).toMatchObject({ 'full-backup': 'later', 'rollback-plan': 'later' })
  expect(states(60)).toMatchObject({ 'full-backup': 'open', 'rollback-plan': 'open', verified: 'later' })
  expect(judge(nothing, fixedClock(before(31))).answer).toBe('GO')
  expect(states(30)).toMatchObject({ 'full-backup': 'missing', verified: 'open', 'fresh-backup': 'later' })
  expect(states(15)).toMatchObject({ verified: 'missing', 'fresh-backup': 'open', 'sign-off': 'later' })
  expect(judge(nothing).missing).toHaveLength(checklistItems.length)
})

test('a set that says it was taken later than now does not count', () => {
  const world = withSets({ ...full, createdAt: before(5) })
  const { missing, items } = judge(world, fixedClock(before(29)))
  expect(missing).toContain('full-backup')
  expect(items.find(({ id }) => id === 'full-backup')?.why).toContain('from the future')
  expect(judge(world, fixedClock(before(4))).missing).not.toContain('full-backup')
})

const mostly = <T>(usual: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom<T>(usual, ...others) })
const digests = ['manifest:a', 'manifest:b', 'manifest:c']
const anySet = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  path: fc.constant('/sets/a b'),
  place: fc.constant(null),
  digest: fc.constantFrom(...digests),
  createdAt: fc.option(fc.oneof(fc.integer({ min: -5, max: 40 }), fc.integer({ min: -60, max: 2000 })).map(before), {
    freq: 10,
  }),
  source: mostly('shop', 'blog'),
  label: mostly<string | null>('pre-migration', 'daily', null),
  sealed: mostly(true, false),
  whole: mostly(true, false),
  problem: mostly<string | null>(null, 'damaged'),
  answer: mostly<DaySet['answer']>('GO', 'NO-GO', null),
})
const anyWorld = fc.record({
  sets: fc.array(anySet, { maxLength: 5 }),
  verified: fc
    .array(fc.tuple(fc.constantFrom(...digests), mostly(true, false)), { minLength: 3 })
    .map((pairs) => new Map(pairs.map(([digest, isGood]) => [digest, { good: isGood, why: 'why' }]))),
  expiry: mostly<string[]>([], ['a'], ['b', 'c']).map((deleted): Expiry => {
    return { until: before(-1440), deleted, unknown: null }
  }),
  platform: mostly(perfect.platform, null, { good: false, why: 'not checked', hint: '' }),
  signOffs: mostly(perfect.signOffs, [], perfect.signOffs.slice(1)),
})

test('property: NO-GO is exactly that something due is not done; nothing fails before its time', () => {
  const run = fc.property(anyWorld, fc.integer({ min: -30, max: 90 }), (world, minutes) => {
    const clock = fixedClock(before(minutes))
    const report = judge(world, clock)
    expect(report.answer === 'NO-GO').toBe(report.items.some(({ state }) => state === 'missing'))
    const now = clock.now()
    const early = report.items.filter((item) => {
      const { begins, due } = timesOf(item, migrationAt)
      return (item.state === 'missing' && now < due) || (item.state === 'open' && (now < begins || now >= due))
    })
    expect(early).toEqual([])
    expect(minutes > 0 || report.complete === (report.answer === 'GO')).toBe(true)
  })
  fc.assert(run, { numRuns: 3000 })
})

test('property: a GO at T-0 rests on a rehearsed, verified set and a fresh, verified one of the same database', () => {
  const found = { GO: 0, 'NO-GO': 0 }
  const run = fc.property(anyWorld, (world) => {
    const { answer } = judge(world)
    found[answer] += 1
    if (answer === 'NO-GO') return
    const sound = world.sets.filter(
      ({ sealed, whole, problem, digest, createdAt, name }) =>
        sealed &&
        whole &&
        problem === null &&
        createdAt !== null &&
        createdAt <= migrationAt &&
        world.verified.get(digest)?.good === true &&
        !world.expiry.deleted.includes(name),
    )
    const proven = sound.filter(({ answer, label }) => answer === 'GO' && label === 'pre-migration')
    const late = sound.filter(
      ({ createdAt, answer }) => createdAt !== null && createdAt >= before(30) && answer !== 'NO-GO',
    )
    expect(proven.some(({ source }) => late.some((one) => one.source === source))).toBe(true)
    expect(world.platform?.good).not.toBe(false)
    expect(new Set(world.signOffs.map(({ item }) => item)).size).toBe(people.length)
  })
  fc.assert(run, { numRuns: 10_000 })
  expect(found.GO).toBeGreaterThan(1_000)
})
