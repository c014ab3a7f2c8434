import { expect, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { planPrune, type PruneCandidate } from './plan-prune.ts'
import { toPolicy } from './retention.ts'

const dayMs = 86_400_000
const now = new Date('2026-03-20T12:00:00Z')
const none = { last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, floor: 1, labels: {} }

const setOf = (days: number, more: Partial<PruneCandidate> = {}): PruneCandidate => ({
  name: `d${days}`,
  createdAt: new Date(now.getTime() - days * dayMs),
  source: 'shop',
  label: null,
  answer: null,
  onceGo: false,
  leftFor: null,
  ...more,
})
const go = { answer: 'GO', onceGo: true } as const

function keptOf(sets: readonly PruneCandidate[], policy: Parameters<typeof toPolicy>[0]): readonly string[] {
  const { sets: planned } = planPrune(sets, toPolicy(policy), fixedClock(now))
  return planned.filter(({ fate }) => fate === 'kept').map(({ set }) => set.name)
}

test('sets that are NO-GO take no place of good ones, and go as those do', () => {
  const bad = { answer: 'NO-GO' } as const
  const sets = [setOf(1, bad), setOf(2, bad), setOf(3), setOf(4, go), setOf(5), setOf(6), setOf(7, bad)]
  expect(keptOf(sets, { ...none, last: 3 })).toEqual(['d1', 'd2', 'd3', 'd4', 'd5'])
})

test('of days, weeks, months and years the newest set is kept, by UTC and ISO weeks', () => {
  const sets = [setOf(0, go), setOf(0.2), setOf(1), setOf(1.3), setOf(5), setOf(12), setOf(25), setOf(60), setOf(100)]
  expect(keptOf(sets, { ...none, daily: 2 })).toEqual(['d0', 'd1'])
  // 2026-03-20 is a Friday: five days before it the week was another.
  expect(keptOf(sets, { ...none, weekly: 2 })).toEqual(['d0', 'd5'])
  expect(keptOf(sets, { ...none, monthly: 3 })).toEqual(['d0', 'd25', 'd60'])
  expect(keptOf(sets, { ...none, yearly: 2 })).toEqual(['d0', 'd100'])
})

test('labels have the terms of the strategy, by the manifest or by the name; config lengthens them, never shortens', () => {
  const sets = [
    setOf(0, go),
    ...[29, 31].map((days) => setOf(days, { label: 'pre-migration' })),
    ...[89, 91].map((days) => setOf(days, { label: 'post-migration' })),
    setOf(33, { name: 'pre-migration-baseline-2026-02-15' }),
    ...['migration', 'archive', 'of-my-own'].map((label) => setOf(300, { name: label, label })),
  ]
  const forever = ['of-my-own', 'migration', 'archive']
  expect(keptOf(sets, none)).toEqual(['d0', 'd29', 'd89', ...forever])
  expect(keptOf(sets, { ...none, labels: { 'pre-migration': dayMs, migration: dayMs } })).toContain('d29')
  const longer = keptOf(sets, { ...none, labels: { 'pre-migration': 40 * dayMs, 'of-my-own': 'schedule' } })
  expect(longer).toEqual(['d0', 'd29', 'd31', 'pre-migration-baseline-2026-02-15', 'd89', 'migration', 'archive'])
})

test('each database has its own rules: many backups of one push out none of another', () => {
  const other = { source: 'forum', ...go }
  const sets = [setOf(1, go), setOf(2), setOf(30, { name: 'f30', ...other }), setOf(31, { name: 'f31', ...other })]
  expect(keptOf(sets, none)).toEqual(['d1', 'f30'])
})
