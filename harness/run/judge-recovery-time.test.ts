import { describe, expect, test } from 'vitest'
import type { RestorerChoice } from '../config/index.ts'
import { FindingBook } from './finding-book.ts'
import { judgeRecoveryTime } from './judge-recovery-time.ts'
import type { RestoredSet } from './restore-set.ts'

const restored = { database: 'shop', restorer: 'psql 17.12', otherDatabases: [] } as unknown as RestoredSet

function judged(restorer: RestorerChoice, rtoMs: number | null, tookMs: number, outcome: 'done' | 'failed' = 'done') {
  const book = new FindingBook()
  const steps = [{ step: 'restore', startMs: 0, durationMs: tookMs, summary: '', outcome }] as const
  const budgets = { rpoMs: null, rtoMs, drillMs: 0 }
  judgeRecoveryTime(steps, { server: { kind: 'embedded' }, restored }, { budgets, restorer }, book)
  return book.findings.map(({ check, status, object }) => `${check} ${status} ${object}`)
}

describe('the time of a recovery', () => {
  test.each([
    { restorer: 'stock', rtoMs: 5_000, tookMs: 5_001, says: ['recovery time differs shop'] },
    { restorer: 'stock', rtoMs: 5_000, tookMs: 5_000, says: ['recovery time same shop'] },
    { restorer: 'ours', rtoMs: 5_000, tookMs: 10, says: ['recovery time not-checked shop'] },
    { restorer: 'ours', rtoMs: 5_000, tookMs: 9_000, says: ['recovery time not-checked shop'] },
    { restorer: 'both', rtoMs: 5_000, tookMs: 10, says: ['recovery time not-checked shop'] },
    { restorer: 'stock', rtoMs: null, tookMs: 9_000, says: [] },
  ] as const)('by $restorer in $tookMs ms of $rtoMs', ({ restorer, rtoMs, tookMs, says }) => {
    expect(judged(restorer, rtoMs, tookMs)).toEqual(says)
  })

  test('is not known of a restore that did not come to its end', () => {
    expect(judged('stock', 5_000, 10, 'failed')).toEqual(['recovery time not-checked shop'])
  })
})
