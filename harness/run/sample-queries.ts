import { asFault, type SqlRunner } from '../core/index.ts'
import type { Bounds, QueryExpectation } from '../config/index.ts'
import type { FindingBook } from './finding-book.ts'

/** A sample query is a smoke test, not a report: what takes longer is a finding of its own. */
const statementTimeoutMs = 60_000

/** Runs config's sample queries on the restored copy, each in a read-only transaction. Values never reach a message. */
export async function runQueries(
  sql: SqlRunner,
  queries: readonly QueryExpectation[],
  book: FindingBook,
): Promise<void> {
  for (const query of queries) {
    await sql.query('begin transaction isolation level repeatable read read only')
    try {
      await sql.query(`set local statement_timeout = ${statementTimeoutMs}`)
      const rows = await sql.query(query.sql)
      const wrong =
        judgeRows(rows.length, query.rows) ??
        judgeValue(Object.values(rows[0] ?? {})[0] ?? null, rows.length, query.value)
      if (wrong)
        book.differs('queries', query.name, `"${query.name}": ${wrong}`, {
          remedy: 'compare the answer with what config expects',
        })
      else book.same('queries', query.name, `"${query.name}" answers as expected`)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.code !== 'E_SQL') throw fault
      book.differs('queries', query.name, `"${query.name}" failed: ${fault.message}`, {
        remedy: 'check that what it reads was restored',
      })
    } finally {
      await sql.query('rollback')
    }
  }
}

function judgeRows(rows: number, bounds: Bounds | null): string | null {
  return bounds === null || within(rows, bounds) ? null : `${rows} rows, ${words(bounds)} expected`
}

function judgeValue(value: string | null, rows: number, expected: QueryExpectation['value']): string | null {
  if (expected === null) return null
  if (rows === 0) return 'no row, a value was expected'
  if (expected.kind === 'between') {
    return value !== null && within(Number(value), expected) ? null : `its value is not ${words(expected)}`
  }
  const wanted = expected.value
  const equal =
    wanted === null
      ? value === null
      : typeof wanted === 'boolean'
        ? value === (wanted ? 't' : 'f')
        : typeof wanted === 'number'
          ? value !== null && Number(value) === wanted
          : value === wanted
  return equal ? null : 'its value is not the expected one'
}

function within(value: number, { min, max }: Bounds): boolean {
  return !Number.isNaN(value) && (min === null || value >= min) && (max === null || value <= max)
}

function words({ min, max }: Bounds): string {
  if (min !== null && min === max) return String(min)
  if (min === null) return `at most ${max}`
  return max === null ? `at least ${min}` : `${min} to ${max}`
}
