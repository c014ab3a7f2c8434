import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { isFromFuture } from '../date-set.ts'
import { planPrune, type PruneCandidate } from './plan-prune.ts'
import { leastTerms, toPolicy, type RetentionPolicy } from './retention.ts'

const dayMs = 86_400_000
const epoch = Date.UTC(2024, 0, 1)
/* Two years of backups, as often as several a day, with pauses. */
const spanMs = 730 * dayMs

const nullOr = <T>(nulls: number, others: number, values: readonly T[]) =>
  fc.oneof({ weight: nulls, arbitrary: fc.constant(null) }, { weight: others, arbitrary: fc.constantFrom(...values) })
const labels = ['migration', 'archive', 'pre-migration', 'post-migration', 'monthly', 'daily', 'of-my-own']
const candidate = fc.record({
  createdAt: fc.integer({ min: 0, max: spanMs }).map((ms) => new Date(epoch + ms)),
  source: fc.constantFrom('a', 'a', 'a', 'b'),
  label: nullOr(2, 1, labels),
  answer: nullOr(1, 2, ['GO', 'NO-GO'] as const),
  leftFor: nullOr(9, 1, ['in use', 'damaged']),
  wasGo: fc.boolean(),
})
const history = fc.array(candidate, { minLength: 0, maxLength: 40, size: 'max' }).map((sets) =>
  sets.map(({ wasGo, ...set }, index): PruneCandidate => ({
    ...set,
    name: `set-${index}`,
    onceGo: wasGo || set.answer === 'GO',
  })),
)
const few = fc.integer({ min: 0, max: 4 })
const policy = fc
  .record({ last: few, daily: few, weekly: few, monthly: few, yearly: few, floor: fc.integer({ min: 1, max: 5 }) })
  .map((counts) => toPolicy({ ...counts, labels: {} }))
/* From long before the first set to long after the last. */
const clock = fc.integer({ min: -spanMs, max: 2 * spanMs }).map((ms) => fixedClock(new Date(epoch + ms)))

const runs = { numRuns: 10_000 }

const fates = (sets: readonly PruneCandidate[], rules: RetentionPolicy, at: ReturnType<typeof fixedClock>) =>
  planPrune(sets, rules, at).sets
const deletedOf = (sets: readonly PruneCandidate[], rules: RetentionPolicy, at: ReturnType<typeof fixedClock>) =>
  fates(sets, rules, at)
    .filter(({ fate }) => fate === 'deleted')
    .map(({ set }) => set)
const newestOf = (sets: readonly PruneCandidate[]): Date =>
  new Date(Math.max(epoch, ...sets.map(({ createdAt }) => createdAt.getTime())))

test('of 10,000 histories none loses what must stay', () => {
  let deletions = 0
  fc.assert(
    fc.property(history, policy, clock, (sets, rules, at) => {
      const planned = fates(sets, rules, at)
      expect(planned.length).toBe(sets.length)
      const deleted = planned.filter(({ fate }) => fate === 'deleted').map(({ set }) => set)
      deletions += deleted.length
      for (const set of deleted) {
        expect(set.leftFor).toBeNull()
        expect(isFromFuture(set.createdAt, at.now())).toBe(false)
        expect(['migration', 'archive', 'of-my-own']).not.toContain(set.label)
        const least = leastTerms[set.label ?? '']
        const leastMs = typeof least === 'number' ? least : -Infinity
        expect(at.now().getTime() - set.createdAt.getTime()).toBeGreaterThan(leastMs)
      }
      for (const source of ['a', 'b']) {
        const own = sets.filter((set) => set.source === source)
        const whole = own.filter((set) => set.leftFor === null && !isFromFuture(set.createdAt, at.now()))
        const left = whole.filter((set) => !deleted.includes(set))
        expect(left.length).toBeGreaterThanOrEqual(Math.min(rules.floor, whole.length))
        const gone = deleted.filter((set) => set.source === source)
        if (gone.length === 0) continue
        const go = whole.filter(({ answer }) => answer === 'GO').map(({ createdAt }) => createdAt.getTime())
        expect(go.length).toBeGreaterThan(0)
        expect(left.some((set) => set.answer === 'GO' && set.createdAt.getTime() === Math.max(...go))).toBe(true)
      }
    }),
    runs,
  )
  expect(deletions).toBeGreaterThan(10_000)
})

test('whatever the clock says, no set goes that would not go with a clock that is right', () => {
  let compared = 0
  fc.assert(
    fc.property(history, policy, clock, (sets, rules, wrong) => {
      const right = new Set(deletedOf(sets, rules, fixedClock(newestOf(sets))))
      const gone = deletedOf(sets, rules, wrong)
      compared += gone.length
      expect(gone.filter((set) => !right.has(set))).toEqual([])
    }),
    runs,
  )
  expect(compared).toBeGreaterThan(10_000)
})

test('a rule that keeps more never deletes more', () => {
  const key = fc.constantFrom(
    'last' as const,
    'daily' as const,
    'weekly' as const,
    'monthly' as const,
    'floor' as const,
  )
  fc.assert(
    fc.property(history, policy, key, (sets, rules, more) => {
      const at = fixedClock(newestOf(sets))
      const before = new Set(deletedOf(sets, rules, at))
      const after = deletedOf(sets, { ...rules, [more]: rules[more] + 1 }, at)
      expect(after.filter((set) => !before.has(set))).toEqual([])
    }),
    runs,
  )
})

test('what is left is kept at once again: a second prune finds nothing', () => {
  fc.assert(
    fc.property(history, policy, clock, (sets, rules, at) => {
      const gone = new Set(deletedOf(sets, rules, at))
      expect(
        deletedOf(
          sets.filter((set) => !gone.has(set)),
          rules,
          at,
        ),
      ).toEqual([])
    }),
    runs,
  )
})

test('a clock far off stops it, whatever there is', () => {
  fc.assert(
    fc.property(
      history.filter((sets) => sets.length > 0),
      policy,
      fc.boolean(),
      (sets, rules, isAhead) => {
        const times = sets.map(({ createdAt }) => createdAt.getTime())
        const at = isAhead ? Math.max(...times) + 367 * dayMs : Math.min(...times) - dayMs
        const plan = planPrune(sets, rules, fixedClock(new Date(at)))
        expect(plan.stop).toMatch(/^the clock says/)
        expect(plan.sets.every(({ fate }) => fate === 'kept')).toBe(true)
      },
    ),
    { numRuns: 2_000 },
  )
})
