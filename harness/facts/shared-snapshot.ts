import { Fault, quoteLiteral, type SqlRunner } from '../core/index.ts'
import { beginReadOnly, isInTransaction, type ReadOnlyOptions } from './transaction.ts'

/**
 * {@link beginReadOnly} on several sessions of one database, in one snapshot: all see the same rows, whoever writes
 * meanwhile. The first session's transaction must outlive the others' beginning; each is ended by the caller.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
 */
export async function beginTogether(sessions: readonly SqlRunner[], options: ReadOnlyOptions): Promise<void> {
  const [first, ...others] = sessions
  if (!first) throw new TypeError('one session at least')
  await beginReadOnly(first, options)
  if (others.length === 0) return
  const [row] = await first.query('SELECT pg_catalog.pg_export_snapshot() AS snapshot')
  const snapshot = row?.['snapshot']
  if (!snapshot) throw new Fault('E_DEFECT', 'the server exported no snapshot')
  for (const other of others) {
    await beginReadOnly(other, { ...options, snapshot: quoteLiteral(snapshot) })
  }
}

/** Whether all are in a transaction, and in the same snapshot. */
export async function shareSnapshot(sessions: readonly SqlRunner[]): Promise<boolean> {
  const seen = new Set<string | null>()
  for (const session of sessions) {
    if (!(await isInTransaction(session))) return false
    const [row] = await session.query(
      `SELECT pg_catalog.current_setting('transaction_isolation') AS isolation, pg_catalog.pg_current_snapshot() AS snapshot`,
    )
    if (row?.['isolation'] === 'read committed') return false
    seen.add(row?.['snapshot'] ?? null)
  }
  return seen.size === 1 && !seen.has(null)
}
