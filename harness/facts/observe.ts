import type { SqlRunner } from '../core/index.ts'
import { pinSettings } from './pinned-settings.ts'
import { readLargeObjects } from './read-large-objects.ts'
import { Readings } from './readings.ts'
import { readObjects } from './read-objects.ts'
import { readSequences } from './read-sequences.ts'
import { readServer } from './read-server.ts'
import { readTables } from './read-tables.ts'
import { beginReadOnly, isInTransaction } from './transaction.ts'
import type { Facts } from './types.ts'

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
  return inPinnedTransaction(sql, () => read(sql, options))
}

export async function inPinnedTransaction<T>(sql: SqlRunner, work: () => Promise<T>): Promise<T> {
  if (await isInTransaction(sql)) {
    await pinSettings(sql)
    return work()
  }
  // ALTER DATABASE … SET role would make us somebody who may read less.
  await sql.query(`SELECT pg_catalog.set_config('role', 'none', false)`)
  await beginReadOnly(sql, { statementTimeoutMs: 0, lockTimeoutMs: 0 })
  try {
    return await work()
  } finally {
    await sql.query('ROLLBACK')
  }
}

async function read(sql: SqlRunner, options: ObserveOptions): Promise<Facts> {
  const server = await readServer(sql)
  const { names, oids } = await observedSchemas(sql, options)
  const takenAt = options.takenAt ?? (await readClock(sql))
  const readings = await Readings.open(sql)
  // Sequences first: what they have given since is then within the dump's bounds.
  const sequences = await readSequences(readings, oids, options.signal)
  const objects = await readObjects(readings, { major: server.major, schemas: oids }, options.signal)
  const tables = await readTables(readings, oids, options)
  const largeObjects = await readLargeObjects(readings, server.major, options.fingerprint)
  if (largeObjects) tables.push(largeObjects)
  await readings.close()
  return {
    kind: 'rehearsal-facts',
    version: 1,
    takenAt,
    source: options.source,
    server,
    schemas: names,
    objects,
    tables: tables.sort((a, b) => compareText(a.schema, b.schema) || compareText(a.name, b.name)),
    sequences,
  }
}

/** Names of the schemas to observe, and an SQL expression of their OIDs. */
export async function observedSchemas(
  sql: SqlRunner,
  options: Pick<ObserveOptions, 'schemas' | 'exclude'>,
): Promise<{ readonly names: readonly string[]; readonly oids: string }> {
  const rows = await sql.query(`
    SELECT n.oid::text AS oid, n.nspname AS name FROM pg_catalog.pg_namespace AS n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY n.nspname COLLATE pg_catalog."C"`)
  const wanted = options.schemas ?? null
  const unwanted = options.exclude?.schemas ?? []
  const observed = rows.filter(
    ({ name }) => (wanted === null || wanted.includes(name ?? '')) && !unwanted.includes(name ?? ''),
  )
  return {
    names: observed.map(({ name }) => name ?? ''),
    oids: `'{${observed.map(({ oid }) => oid).join(',')}}'::pg_catalog.oid[]`,
  }
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
