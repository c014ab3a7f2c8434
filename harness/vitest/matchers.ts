import { expect } from 'vitest'
import type { Finding } from '../compare/index.ts'
import type { RestoredDatabase } from './databases.ts'

declare module 'vitest' {
  interface Matchers<R, T> {
    /** A finding of the run is `same`, or a notice. */
    toHold: () => R
    /** A table with that many rows at least (default 1): `await expect(restored).toHoldRows('public.users', 30)`. */
    toHoldRows: (table: string, atLeast?: number) => Promise<R>
    /** A query that finds nothing: `await expect(restored).toHaveNone('select … where orphaned')`. */
    toHaveNone: (sql: string) => Promise<R>
  }
}

expect.extend({
  toHold(finding: Finding) {
    return {
      pass: finding.notice || finding.status === 'same',
      message: () => [finding.message, finding.remedy].filter(Boolean).join(' — '),
      expected: finding.expected,
      actual: finding.actual,
    }
  },

  async toHoldRows(database: RestoredDatabase, table: string, atLeast = 1) {
    const rows = await database.countRows(table)
    return { pass: rows >= atLeast, message: () => `${table} holds ${rows} rows, ${atLeast} expected at least` }
  },

  async toHaveNone(database: RestoredDatabase, sql: string) {
    const rows = await database.query(sql)
    // Values stay where they are: a report may be read by anyone.
    return { pass: rows.length === 0, message: () => `${rows.length} rows found where none should be: ${sql}` }
  },
})
