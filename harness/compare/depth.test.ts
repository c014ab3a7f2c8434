import { describe, expect, it } from 'vitest'
import type { Facts, TableFact } from '../facts/index.ts'
import { compareFacts, type CompareOptions } from './index.ts'

const table: TableFact = {
  schema: 'public',
  name: 't',
  persistence: 'permanent',
  populated: true,
  rows: '2',
  fingerprint: null,
  columns: [],
}
const facts: Facts = {
  kind: 'rehearsal-facts',
  version: 1,
  takenAt: '2026-11-22T00:00:00.000Z',
  source: 'restored',
  server: {
    version: '17.6',
    major: 17,
    database: 'd',
    encoding: 'UTF8',
    collation: 'C',
    ctype: 'C',
    systemIdentifierHash: null,
    databaseBytes: '0',
  },
  schemas: ['public'],
  objects: [],
  tables: [table],
  sequences: [],
}

function about(check: string, more: Partial<CompareOptions>, restored: Facts = facts) {
  return compareFacts({ baseline: facts, restored, baselineKind: 'dump-snapshot', ...more })
    .filter((finding) => finding.check === check)
    .map(({ status, notice, message }) => ({ status, notice, message }))
}

describe('rows that were only counted', () => {
  it('by choice: their content is a notice, once, that says so', () => {
    expect(about('row content', { depth: 'counts' })).toEqual([
      { status: 'not-checked', notice: true, message: expect.stringContaining('not compared, by choice') },
    ])
  })

  it('without that choice: not checked, and no notice', () => {
    expect(about('row content', {})).toMatchObject([{ status: 'not-checked', notice: false }])
  })

  it('by choice, and one is missing: their number still differs', () => {
    const short = { ...facts, tables: [{ ...table, rows: '1' }] }
    expect(about('row counts', { depth: 'counts' }, short)).toMatchObject([{ status: 'differs' }])
  })
})
