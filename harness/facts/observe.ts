import type { Row, SqlRunner } from '../core/index.ts'
import { pinSettings } from './pinned-settings.ts'
import { readLargeObjects } from './read-large-objects.ts'
import { readObjects } from './read-objects.ts'
import { readSequences } from './read-sequences.ts'
import { readServer } from './read-server.ts'
import { readTables } from './read-tables.ts'
import { beginReadOnly, isInTransaction } from './transaction.ts'
import type { Facts } from './types.ts'
import { openSavepoint, releaseSavepoint } from './unreadable.ts'

export interface ObserveOptions {
  readonly source: Facts['source']
  /** Null or absent: all but the system's own. */
  readonly schemas?: readonly string[] | null
  readonly exclude?: { readonly schemas?: readonly string[] }
  /** Reads every row of every table once; without it rows are only counted. */
  readonly fingerprint: boolean
  /** Called before each table is read. */
  readonly onTable?: (done: number, total: number, name: string) => void
  readonly signal?: AbortSignal
  /** ISO-8601; the server's clock when absent. */
  readonly takenAt?: string
}

/**
 * Observes one database, read-only. In the transaction that the caller has open (production: {@link beginReadOnly},
 * or the dump's snapshot), whose settings stay pinned afterwards; else in one of its own.
 */
export async function observe(sql: SqlRunner, options: ObserveOptions): Promise<Facts> {
  if (await isInTransaction(sql)) {
    await pinSettings(sql)
    return read(sql, options)
  }
  // ALTER DATABASE … SET role would make us somebody who may read less.
  await sql.query(`SELECT pg_catalog.set_config('role', 'none', false)`)
  await beginReadOnly(sql, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
  try {
    return await read(sql, options)
  } finally {
    await sql.query('ROLLBACK')
  }
}

async function read(sql: SqlRunner, options: ObserveOptions): Promise<Facts> {
  const server = await readServer(sql)
  const observed = await readSchemas(sql, options)
  const schemas = `'{${observed.map((row) => row['oid']).join(',')}}'::pg_catalog.oid[]`
  const takenAt = options.takenAt ?? (await readClock(sql))
  const objects = await readObjects(sql, { major: server.major, schemas }, options.signal)
  await openSavepoint(sql)
  const sequences = await readSequences(sql, schemas, options.signal)
  const tables = await readTables(sql, schemas, options)
  const largeObjects = await readLargeObjects(sql, server.major, options.fingerprint)
  if (largeObjects) tables.push(largeObjects)
  await releaseSavepoint(sql)
  return {
    kind: 'rehearsal-facts',
    version: 1,
    takenAt,
    source: options.source,
    server,
    schemas: observed.map((row) => row['name'] ?? ''),
    objects,
    tables: tables.sort((a, b) => compareText(a.schema, b.schema) || compareText(a.name, b.name)),
    sequences,
  }
}

async function readSchemas(sql: SqlRunner, options: ObserveOptions): Promise<readonly Row[]> {
  const rows = await sql.query(`
    SELECT n.oid::text AS oid, n.nspname AS name FROM pg_catalog.pg_namespace AS n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY n.nspname COLLATE pg_catalog."C"`)
  const wanted = options.schemas ?? null
  const unwanted = options.exclude?.schemas ?? []
  return rows.filter(({ name }) => (wanted === null || wanted.includes(name ?? '')) && !unwanted.includes(name ?? ''))
}

async function readClock(sql: SqlRunner): Promise<string> {
  const [row] = await sql.query(
    `SELECT pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS now`,
  )
  return row?.['now'] ?? ''
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
