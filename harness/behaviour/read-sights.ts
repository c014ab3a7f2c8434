import { Fault, quoteIdentifier, quoteQualified, type Row, type SqlRunner } from '../core/index.ts'
import type { Viewer } from './viewers.ts'

/** A relation that a viewer's SELECT is to be asked of. */
export interface Lookup {
  readonly schema: string
  readonly name: string
  readonly columns: readonly string[]
  /** The columns that tell its rows apart, where it has such. */
  readonly key: readonly string[] | null
  /** The server's own hash of the key, where that is a number or a UUID: the value need not be printed first. */
  readonly keyHash: string | null
}

export type Look = { readonly rows: string; readonly fingerprint: string | null } | { readonly sqlstate: string }

export interface LookLimits {
  /** Counts alone: rows of another moment are not comparable. */
  readonly fingerprint: boolean
  readonly statementTimeoutMs: number
  /** When reading ends, by `performance.now()`; what has not been read by then ends as if it had timed out. */
  readonly endsAtMs: number
  readonly signal?: AbortSignal | undefined
}

/** Relations read by one statement: fewer round trips to a distant production; one that fails is asked again alone. */
const relationsPerStatement = 25

/** query_canceled: what our own time limit gives too. */
export const timedOut = '57014'

/**
 * What SELECT gives a viewer of each of these relations, in their order. In the caller's read-only transaction, which
 * it leaves as it was: role and settings end with a savepoint.
 */
export async function readSights(
  sql: SqlRunner,
  viewer: Viewer,
  lookups: readonly Lookup[],
  limits: LookLimits,
): Promise<readonly Look[]> {
  if (lookups.length === 0) return []
  await sql.query('SAVEPOINT rehearsal_viewer')
  await becomeViewer(sql, viewer, limits.statementTimeoutMs)
  await sql.query('SAVEPOINT rehearsal_look')
  const looks: Look[] = []
  for (let start = 0; start < lookups.length; start += relationsPerStatement) {
    limits.signal?.throwIfAborted()
    looks.push(...(await readSome(sql, lookups.slice(start, start + relationsPerStatement), limits)))
  }
  await sql.query('ROLLBACK TO SAVEPOINT rehearsal_viewer; RELEASE SAVEPOINT rehearsal_viewer')
  return looks
}

/** Names of our own stay qualified; those in bodies of the user's functions are found where an API would look. */
export const apiSearchPath = 'pg_catalog, public, extensions, pg_temp'

async function becomeViewer(sql: SqlRunner, { role, settings }: Viewer, statementTimeoutMs: number): Promise<void> {
  const path = settings['search_path']
  const all = Object.entries({
    row_security: 'on',
    statement_timeout: String(statementTimeoutMs),
    synchronize_seqscans: 'off',
    ...settings,
    search_path: path === undefined ? apiSearchPath : `pg_catalog, ${path}, pg_temp`,
    // Last: from here on it is the viewer who speaks.
    role,
  })
  const calls = all.map((_, index) => `pg_catalog.set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`)
  await sql.query(`SELECT ${calls.join(', ')}`, all.flat())
}

async function readSome(sql: SqlRunner, lookups: readonly Lookup[], limits: LookLimits): Promise<readonly Look[]> {
  if (performance.now() > limits.endsAtMs) return lookups.map(() => ({ sqlstate: timedOut }))
  const selects = lookups.map((lookup, index) => selectOf(lookup, index, limits.fingerprint))
  // First the ones before are undone, and not only if they failed: locks would pile up to the transaction's end.
  const answer = await ask(sql, `ROLLBACK TO SAVEPOINT rehearsal_look; ${selects.join('\nUNION ALL ')}`)
  if (!('sqlstate' in answer)) {
    const byIndex = new Map(answer.rows.map((row) => [row['i'], row]))
    return lookups.map((_, index) => {
      const row = byIndex.get(String(index))
      return { rows: row?.['rows'] ?? '0', fingerprint: row?.['fingerprint'] ?? null }
    })
  }
  if (lookups.length === 1) return [answer]
  const looks: Look[] = []
  for (const lookup of lookups) looks.push(...(await readSome(sql, [lookup], limits)))
  return looks
}

async function ask(
  sql: SqlRunner,
  text: string,
): Promise<{ readonly rows: readonly Row[] } | { readonly sqlstate: string }> {
  try {
    return { rows: await sql.query(text) }
  } catch (error) {
    const sqlstate = sqlstateOf(error)
    if (sqlstate === null) throw error
    return { sqlstate }
  }
}

/** A row as the record prints it: NULL is told from '', enums are labels, and no cast of anybody's takes part. */
function selectOf({ schema, name, columns, key, keyHash }: Lookup, index: number, fingerprint: boolean): string {
  const row = `ROW(${(key ?? columns).map((column) => `t.${quoteIdentifier(column)}`).join(', ')})::text COLLATE pg_catalog."C"`
  const [single] = key ?? []
  const hash =
    keyHash !== null && single !== undefined
      ? `pg_catalog.${keyHash}(t.${quoteIdentifier(single)}, 0)`
      : `pg_catalog.hashtextextended(${row}, 0)`
  const sum = `coalesce(pg_catalog.sum(${hash}), 0)::text`
  return `SELECT '${index}' AS i, pg_catalog.count(*)::text AS rows, ${fingerprint && columns.length > 0 ? sum : 'NULL::text'} AS fingerprint
    FROM ${quoteQualified(schema, name)} AS t`
}

/** Of one statement that failed by itself; null for a lost connection and all else that ends more than a statement. */
export function sqlstateOf(error: unknown): string | null {
  if (!(error instanceof Fault) || (error.code !== 'E_SQL' && error.code !== 'E_TIMEOUT')) return null
  const { sqlstate } = error.facts
  return typeof sqlstate === 'string' ? sqlstate : null
}
