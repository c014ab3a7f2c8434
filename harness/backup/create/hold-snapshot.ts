import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, quoteQualified, type SqlRunner } from '../../core/index.ts'
import { sayToAll, type Beside } from './beside.ts'
import { listTables } from './survey-source.ts'
import type { SourceTable } from './types.ts'

/**
 * Half of Postgres' default deadlock_timeout: we let go before the server looks for a deadlock, and so it is never
 * a transaction of the application's that is ended for one with us.
 */
const lockTimeoutMs = 500
/** What is set when a backup is asked for and its tables are locked for good. */
export const patienceMs = 60_000

export interface HeldSnapshot {
  /** For `pg_dump --snapshot`. */
  readonly name: string
  /** Each held by ACCESS SHARE until the transaction ends. */
  readonly tables: readonly SourceTable[]
}

export interface HoldOptions {
  readonly signal: AbortSignal
  readonly patienceMs?: number
  /** Schemas that are not backed up. */
  readonly leftOut: readonly string[]
  /** Who is to hold the same tables from the same moment on: pg_dump's own session, which asks for them once more. */
  readonly beside?: Beside | null
}

/**
 * Opens the transaction of a backup and exports its snapshot, every table locked before: TRUNCATE and a table's
 * rewriting are not MVCC, and a snapshot older than one of them would dump no rows. Locks are let go and asked for again
 * where somebody has one of the tables to himself. Throws `E_SOURCE_BUSY` when that does not end.
 */
export async function holdSnapshot(sql: SqlRunner, options: HoldOptions): Promise<HeldSnapshot> {
  const until = Date.now() + (options.patienceMs ?? patienceMs)
  for (let attempt = 0; ; attempt += 1) {
    options.signal.throwIfAborted()
    const held = await tryToHold(sql, options)
    if (typeof held !== 'string') return held
    await Promise.all([sql.query('ROLLBACK'), options.beside && beginAgain(options.beside)])
    if (Date.now() > until) {
      throw new Fault('E_SOURCE_BUSY', `the tables could not be locked for reading: ${held}`, {
        hint: 'see who holds them (pg_locks, AccessExclusiveLock), and back up again when that is done',
      })
    }
    await sleep(Math.min(2_000, 50 * 2 ** attempt), undefined, { signal: options.signal })
  }
}

/** The snapshot, or why there is none yet. */
async function tryToHold(sql: SqlRunner, { leftOut, beside = null }: HoldOptions): Promise<HeldSnapshot | string> {
  // Read outside the transaction: within it, reading would take the snapshot.
  const tables = await listTables(sql, leftOut)
  await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const ours: Beside = { say: async (statement) => void (await sql.query(statement)) }
  const both = (statement: string): Promise<string | null> =>
    refusalOf(sayToAll(beside ? [ours, beside] : [ours], statement))
  await both(`SET LOCAL lock_timeout = ${lockTimeoutMs}`)
  for (let at = 0; at < tables.length; at += tablesTogether) {
    const names = tables
      .slice(at, at + tablesTogether)
      .map(({ schema, name }) => `ONLY ${quoteQualified(schema, name)}`)
    const refused = await both(`LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE`)
    if (refused !== null) return refused
  }
  // pg_dump sets its own where it wants one.
  await beside?.say('SET LOCAL lock_timeout = 0')
  const [row] = await sql.query('SELECT pg_catalog.pg_export_snapshot() AS snapshot')
  const name = row?.['snapshot']
  if (!name) throw new Fault('E_DEFECT', 'the server exported no snapshot')
  const seen = await listTables(sql, leftOut)
  const isSame = seen.length === tables.length && seen.every(({ oid }, index) => oid === tables[index]?.oid)
  return isSame ? { name, tables } : 'tables were made or dropped meanwhile'
}

/** As pg_dump began, before it asked for its snapshot. */
async function beginAgain(beside: Beside): Promise<void> {
  await beside.say('ROLLBACK')
  await beside.say('BEGIN')
  await beside.say('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
}

const tablesTogether = 500

/** In the way: a lock of somebody's, a table dropped or renamed since it was listed, a deadlock, a standby's replay. */
const passing: ReadonlySet<unknown> = new Set(['55P03', '42P01', '3F000', '40P01', '40001', '42809'])

async function refusalOf(statement: Promise<void>): Promise<string | null> {
  try {
    await statement
    return null
  } catch (fault) {
    if (fault instanceof Fault && passing.has(fault.facts['sqlstate'])) return fault.message
    throw fault
  }
}

/**
 * Keeps the snapshot's session from being taken for idle while pg_dump works, and notices when it is lost. What it
 * throws fails the backup: without it, locks and snapshot are gone.
 */
export async function keepAwake(sql: SqlRunner, until: AbortSignal, everyMs = 10_000): Promise<void> {
  while (!until.aborted) {
    await sql.query('SELECT 1')
    await sleep(everyMs, undefined, { signal: until }).catch(() => undefined)
  }
}
