import type { SqlRunner } from '../core/index.ts'
import { observedProperties } from './observed-properties.ts'
import { forgetOwnSettings } from './pinned-settings.ts'
import { Readings } from './readings.ts'
import { ObjectQueue } from './object-queue.ts'
import { readExtensionTables } from './read-extension-tables.ts'
import { readSequences } from './read-sequences.ts'
import { readServer } from './read-server.ts'
import { allOrFirstFault } from './all-or-first-fault.ts'
import { TableQueue } from './table-queue.ts'
import { shareSnapshot } from './shared-snapshot.ts'
import { inPinnedTransaction, type ReadOnlyOptions } from './transaction.ts'
import type { Facts, SequenceFact, TableFact } from './types.ts'

export interface ObserveOptions {
  readonly source: Facts['source']
  /** Null or absent: all but the system's own. */
  readonly schemas?: readonly string[] | null
  readonly exclude?: { readonly schemas?: readonly string[] }
  /** Reads every row of every table once; without it rows are only counted. */
  readonly fingerprint: boolean
  /** False: definitions alone. Neither rows nor positions of sequences are read. */
  readonly rows?: boolean
  /** Called before each table is read. */
  readonly onTable?: (done: number, total: number, name: string) => void
  readonly signal?: AbortSignal
  /** Tables read before, by identity ({@link readTableFact}): not read again unless their columns have changed since. */
  readonly known?: ReadonlyMap<string, TableFact>
  /** Of a restored copy: what was recorded of its source ({@link conditionsOf}). No other condition of an extension is run there. */
  readonly conditions?: ReadonlyMap<string, string>
  /** Of a transaction of our own, milliseconds; a table that takes longer is `unreadable`. 0 or absent: no limit. */
  readonly statementTimeoutMs?: number
  /** ISO-8601; the server's clock when absent. */
  readonly takenAt?: string
}

/**
 * Observes one database, read-only. In the transaction that the caller has open (production: {@link beginReadOnly},
 * or the dump's snapshot), whose settings stay pinned afterwards; else in one of its own.
 */
export async function observe(sql: SqlRunner, options: ObserveOptions): Promise<Facts> {
  return observeTogether([sql], options)
}

/**
 * The same facts, read over several sessions: objects and tables from all of them, the biggest first, sequences from
 * the first. On a restored copy, which nobody writes to, each has a snapshot of its own; elsewhere the caller has them in one
 * ({@link beginTogether}), two on production at most. When one session fails, the others end the table they are at, and its fault is thrown; sessions opened with the signal end at once.
 */
export async function observeTogether(sessions: readonly SqlRunner[], options: ObserveOptions): Promise<Facts> {
  const [first, ...others] = sessions
  if (!first) throw new TypeError('one session at least')
  if (others.length > 0 && options.source !== 'restored' && !(await shareSnapshot(sessions))) {
    throw new TypeError('several sessions share a snapshot, but on a restored copy')
  }
  return inPinnedTransaction(first, () => read(first, others, options), limitsOf(options))
}

async function read(sql: SqlRunner, others: readonly SqlRunner[], options: ObserveOptions): Promise<Facts> {
  if (options.source === 'restored') await forgetOwnSettings(sql)
  const server = await readServer(sql)
  const { names, oids } = await observedSchemas(sql, options)
  const takenAt = options.takenAt ?? (await readClock(sql))
  const readings = await Readings.open(sql)
  const scope = { major: server.major, schemas: oids, isCopy: options.source === 'restored' }
  const conditions = options.source === 'restored' ? (options.conditions ?? new Map<string, string>()) : 'all'
  const extensionTables = options.rows === false ? [] : await readExtensionTables(readings, oids, options.signal)
  const queue = await TableQueue.open(readings, { ...scope, conditions }, options)
  const objects = new ObjectQueue(scope, options.signal)

  const readFirst = async (): Promise<readonly SequenceFact[]> => {
    if (options.rows !== false) await queue.sortBySize(readings)
    // Sequences first: what they have given since is then within the dump's bounds.
    const empty = options.source === 'restored' ? queue.skipEmpty() : new Set<string>()
    const sequences =
      options.rows === false ? [] : await readSequences(readings, oids, { empty, signal: options.signal })
    await objects.readFrom(readings, 'front')
    if (options.rows !== false) await queue.readFrom(readings)
    await readings.close()
    return sequences
  }
  const readOther = async (other: SqlRunner): Promise<void> => {
    if (options.source === 'restored') await forgetOwnSettings(other)
    const own = await Readings.open(other)
    await objects.readFrom(own, 'back')
    if (options.rows !== false) await queue.readFrom(own)
    await own.close()
  }
  const together = others.map((other) => () => inPinnedTransaction(other, () => readOther(other), limitsOf(options)))
  const sequences = await allOrFirstFault(readFirst, together, {
    onFault: () => {
      objects.stop()
      queue.stop()
    },
    signal: options.signal,
  })
  return {
    kind: 'rehearsal-facts',
    version: 1,
    takenAt,
    source: options.source,
    server,
    schemas: names,
    objects: objects.facts,
    tables: queue.facts,
    sequences,
    observed: observedProperties(),
    ...(extensionTables.length === 0 ? {} : { extensionTables }),
  }
}

function limitsOf({ statementTimeoutMs }: ObserveOptions): Partial<ReadOnlyOptions> {
  return statementTimeoutMs === undefined ? {} : { statementTimeoutMs }
}

/** Names of the schemas to observe, and an SQL expression of their OIDs. */
export async function observedSchemas(
  sql: SqlRunner,
  options: Pick<ObserveOptions, 'schemas' | 'exclude'>,
): Promise<{ readonly names: readonly string[]; readonly oids: string }> {
  const rows = await sql.query(`
    SELECT n.oid AS oid, n.nspname AS name FROM pg_catalog.pg_namespace AS n
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
