import { describe, expect, it } from 'vitest'
import type { Facts, TableFact } from '../facts/index.ts'
import { compareRowCounts } from './compare-row-counts.ts'
import { factsOf } from './testing/sample-facts.ts'

function partition(name: string, rows: string): TableFact {
  const shape = { schema: 'public', persistence: 'permanent', populated: true, columns: ['name'] } as const
  return { ...shape, name, rows, fingerprint: null }
}

function people(toM: string, fromM: string): Facts {
  const table = (identity: string, properties: Record<string, string>) =>
    ({ kind: 'table', identity, properties, deparsed: [] }) as const
  return factsOf({
    objects: [
      table('public.People', { 'partitioned by': 'RANGE (name)' }),
      table('public.from_m', { 'partition of': 'public."People"' }),
      table('public.to_m', { 'partition of': 'public."People"' }),
    ],
    tables: [partition('from_m', fromM), partition('to_m', toM)],
  })
}

function lost(restored: Facts, rowsInDump: number): readonly string[] {
  const loaded = [{ schema: 'public', name: 'People', rowsInDump, rowsLoaded: rowsInDump }]
  return compareRowCounts({ baselineKind: 'dump-snapshot', baseline: people('40', '60'), restored, loaded })
    .filter(({ status }) => status === 'differs')
    .map(({ message, attribution }) => `${attribution}: ${message}`)
}

describe('partitions whose rows a dump loads through their parent', () => {
  it('are the restore’s loss where the server sent rows elsewhere', () => {
    expect(lost(people('80', '20'), 100)).toEqual([
      'restore: public.from_m: 20 of 60 rows (the dump loads it through public.People)',
      'restore: public.to_m: 80 of 40 rows (the dump loads it through public.People)',
    ])
  })

  it('are the dump’s loss where it holds fewer rows than all of them had', () => {
    expect(lost(people('40', '55'), 95)).toEqual([
      'dump: public.from_m: 55 of 60 rows (the dump loads it through public.People)',
    ])
  })
})
