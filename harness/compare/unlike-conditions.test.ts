import { expect, it } from 'vitest'
import { conditionNotRun, type TableFact } from '../facts/index.ts'
import { compareFacts } from './compare-facts.ts'
import { factsOf } from './testing/sample-facts.ts'

const table: TableFact = {
  schema: 'public',
  name: 'spatial_ref_sys',
  persistence: 'permanent',
  populated: true,
  rows: '2',
  fingerprint: '7',
  columns: ['srid'],
  condition: 'WHERE srid > 1000',
}
const notRun = { condition: 'WHERE srid > 2000', rows: '0', fingerprint: null, unreadable: conditionNotRun }

/** Status of the counts, `(notice)` if it is one; null where nothing is said of the table. */
function answerOf(was: Partial<TableFact>, is: Partial<TableFact> | null): string | null {
  const counts = compareFacts({
    baseline: factsOf({ tables: [{ ...table, ...was }] }),
    restored: factsOf({ tables: is === null ? [] : [{ ...table, ...is }] }),
    baselineKind: 'dump-snapshot',
  }).find(({ check, object }) => check === 'row counts' && object === 'public.spatial_ref_sys')
  return counts ? `${counts.status}${counts.notice ? ' (notice)' : ''}` : null
}

it.each<readonly [string, Partial<TableFact>, Partial<TableFact> | null, string | null]>([
  ['as they were', {}, {}, 'same'],
  ['one of them lost', {}, { rows: '1' }, 'differs'],
  ['named otherwise by the copy’s extension', {}, notRun, 'not-checked'],
  ['none in production, named otherwise by the copy’s extension', { rows: '0' }, notRun, 'not-checked (notice)'],
  ['not known of production', notRun, notRun, 'not-checked (notice)'],
  ['lost with their table', {}, null, 'differs'],
  ['none in production, and no such table in the copy', { rows: '0' }, null, null],
])('rows of an extension’s table that are the user’s: %s', (_, was, is, expected) => {
  expect(answerOf(was, is)).toBe(expected)
})

it('a copy that calls the user’s own table an extension’s does not hide what is lost', () => {
  const { condition: _, ...own } = table
  const findings = compareFacts({
    baseline: factsOf({ tables: [own] }),
    restored: factsOf({ tables: [{ ...table, ...notRun }] }),
    baselineKind: 'dump-snapshot',
  }).filter(({ object }) => object === 'public.spatial_ref_sys')
  expect(findings.map(({ status, notice }) => [status, notice])).toEqual([
    ['not-checked', false],
    ['not-checked', false],
  ])
})
