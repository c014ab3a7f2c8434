import { randomUUID } from 'node:crypto'
import { Fault, type SqlRunner } from '../core/index.ts'
import { pinSettings } from './pinned-settings.ts'

export interface ReadOnlyOptions {
  /** 0 is no limit. A hostile database may have set one for itself: it is always set here. */
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  /** SQL literal of a snapshot that another transaction exported, to see what that one sees. */
  readonly snapshot?: string
}

/**
 * Opens the transaction that facts are taken in: REPEATABLE READ, READ ONLY, every setting that changes output pinned,
 * all read back. Throws `E_PRODUCTION_WRITABLE` when the server did not take it. The caller ends the transaction.
 */
export async function beginReadOnly(sql: SqlRunner, options: ReadOnlyOptions): Promise<void> {
  await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  // Before any query of the transaction: the first one takes a snapshot of its own.
  if (options.snapshot !== undefined) await sql.query(`SET TRANSACTION SNAPSHOT ${options.snapshot}`)
  await pinSettings(sql, {
    statement_timeout: String(options.statementTimeoutMs),
    lock_timeout: String(options.lockTimeoutMs),
  })
  const [row] = await sql.query(
    `SELECT pg_catalog.current_setting('transaction_read_only') AS read_only, pg_catalog.current_setting('transaction_isolation') AS isolation`,
  )
  if (row?.['read_only'] === 'on' && row['isolation'] === 'repeatable read') return
  await sql.query('ROLLBACK')
  throw new Fault('E_PRODUCTION_WRITABLE', 'the server did not open a read-only transaction', {
    hint: 'connect directly or through a session-mode pooler, with a role that may only read',
    facts: { readOnly: row?.['read_only'] ?? null, isolation: row?.['isolation'] ?? null },
  })
}

/**
 * In the transaction that the caller has open (settings are pinned in it and stay so), else in a read-only one of our
 * own, within the limits.
 */
export async function inPinnedTransaction<T>(
  sql: SqlRunner,
  work: () => Promise<T>,
  { statementTimeoutMs = 0, lockTimeoutMs = 0 }: Partial<ReadOnlyOptions> = {},
): Promise<T> {
  if (await isInTransaction(sql)) {
    await pinSettings(sql)
    return work()
  }
  // ALTER DATABASE … SET role would make us somebody who may read less.
  await sql.query(`SELECT pg_catalog.set_config('role', 'none', false)`)
  await beginReadOnly(sql, { statementTimeoutMs, lockTimeoutMs })
  try {
    return await work()
  } finally {
    await sql.query('ROLLBACK')
  }
}

/** Whether a transaction is open: what was set for one is gone by the next statement otherwise. */
export async function isInTransaction(sql: SqlRunner): Promise<boolean> {
  const mark = randomUUID()
  await sql.query(`SELECT pg_catalog.set_config('rehearsal.mark', $1, true)`, [mark])
  const [row] = await sql.query(`SELECT pg_catalog.current_setting('rehearsal.mark', true) AS mark`)
  return row?.['mark'] === mark
}
