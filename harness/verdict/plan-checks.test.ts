import { describe, expect, test } from 'vitest'
import type { CheckId } from '../compare/index.ts'
import { planChecks, planTable } from './plan-checks.ts'
import { fullSituation } from './sample-findings.ts'
import type { Situation } from './types.ts'

const checksOf = (situation: Partial<Situation>): CheckId[] =>
  planChecks({ ...fullSituation, ...situation }).map(({ check }) => check)

describe('the plan, by the situations of verdict-rules.md', () => {
  const parity: readonly CheckId[] = ['baseline', 'schema', 'row counts', 'row content']
  const rows: readonly [string, Partial<Situation>, required: readonly CheckId[], left: readonly CheckId[]][] = [
    ['a baseline recorded in the dump: everything exact', { baseline: 'dump-snapshot' }, [...parity, 'sequences'], []],
    [
      'live production: schema and counts, but rows of another moment are not comparable',
      { baseline: 'live' },
      ['baseline', 'schema', 'row counts', 'sequences'],
      ['row content'],
    ],
    ['neither: parity stays required, and cannot be met', { baseline: 'none' }, [...parity, 'sequences'], []],
    [
      'neither, and config gave parity up: sequences still must not be behind their column',
      { baseline: 'none', parity: 'not-required' },
      ['sequences'],
      parity,
    ],
    [
      'a recorded baseline is compared whatever config says about parity',
      { baseline: 'dump-snapshot', parity: 'not-required' },
      parity,
      [],
    ],
    [
      'live production is compared whatever config says about parity',
      { baseline: 'live', parity: 'not-required' },
      ['baseline', 'schema', 'row counts'],
      [],
    ],
    [
      'only a schema expected: no rows, no sequences',
      { expect: 'schema' },
      ['schema', 'content kind'],
      ['row counts', 'row content', 'sequences'],
    ],
    [
      'only data expected: no schema, nobody to let in',
      { expect: 'data' },
      ['row counts', 'row content', 'sequences'],
      ['schema', 'access', 'writes'],
    ],
    ['rows counted by choice: their content is not asked for', { depth: 'counts' }, ['row counts'], ['row content']],
    ['nobody said who sees what in production', { access: false }, ['schema'], ['access']],
    [
      'only some tables expected: sequences may stay behind',
      { expect: 'tables' },
      ['schema', 'row counts', 'row content'],
      ['sequences'],
    ],
  ]
  test.each(rows)('%s', (_, situation, required, left) => {
    const checks = checksOf(situation)
    expect(checks).toEqual(expect.arrayContaining([...required]))
    expect(checks.filter((check) => left.includes(check))).toEqual([])
  })
})

test.each([
  ['access', 'access'],
  ['expectedTables', 'tables'],
  ['storage', 'storage'],
  ['inoculate', 'inoculation'],
  ['queries', 'queries'],
  ['rpo', 'age'],
  ['sizes', 'size'],
  ['rto', 'recovery time'],
] as const)('config that names %s makes "%s" required, and only then', (key, check) => {
  expect(checksOf({ [key]: true })).toContain(check)
  expect(checksOf({ [key]: false })).not.toContain(check)
})

test('no situation lets the backup itself go unchecked', () => {
  const situations = (['dump-snapshot', 'live', 'none'] as const).flatMap((baseline) =>
    (['required', 'not-required'] as const).flatMap((parity) =>
      (['full', 'schema', 'data', 'tables'] as const).map((expected) => ({ baseline, parity, expect: expected })),
    ),
  )
  expect(situations).toHaveLength(24)
  for (const situation of situations) {
    const none = {
      access: false,
      storage: false,
      expectedTables: false,
      queries: false,
      rpo: false,
      sizes: false,
      rto: false,
    }
    expect(checksOf({ ...none, ...situation }).slice(0, 5)).toEqual([
      'artefacts',
      'completeness',
      'content kind',
      'engine',
      'restore',
    ])
  }
})

test('every row of the table is required somewhere, and says why', () => {
  const plan = planChecks(fullSituation)
  expect(plan.map(({ check }) => check)).toEqual(planTable.map(({ check }) => check))
  expect(plan.filter(({ because }) => because.length < 10)).toEqual([])
})
