import { beginReadOnly } from '../../facts/index.ts'
import type { Session } from '../../postgres/index.ts'

/** Bounds what a restored database can make us wait: its own types, policies and functions take part in reading it. */
const limits = { statementTimeoutMs: 600_000, lockTimeoutMs: 10_000 } as const

/** Reads a restored copy in a transaction of its own, whatever role and settings the database gives its sessions. */
export async function readOnCopy<T>(copy: Session, work: () => Promise<T>): Promise<T> {
  // ALTER DATABASE … SET role would make us somebody who may read less.
  await copy.query(`SELECT pg_catalog.set_config('role', 'none', false)`)
  await beginReadOnly(copy, limits)
  try {
    return await work()
  } finally {
    await copy.query('ROLLBACK')
  }
}
