import type { SqlRunner } from '../../core/index.ts'
import { livenessOf } from '../process-identity.ts'
import { dropScratch, type Enter } from './drop-scratch.ts'
import { describeOwner, readServerLease, type ServerLease } from './lease.ts'

/** What was found of other runs on a server. */
export interface SweptLeases {
  readonly dropped: readonly string[]
  /** Of another host, alive, kept, or not to be dropped: named, not touched. */
  readonly left: readonly string[]
}

/**
 * Drops what runs have left there that were killed: those whose owner is dead by pid, start time and boot, on this very
 * host. Nobody else's, and nothing that was kept on purpose.
 */
export async function sweepLeases(session: SqlRunner, own: string, enter: Enter): Promise<SweptLeases> {
  const dropped: string[] = []
  const left: string[] = []
  for (const lease of await listLeases(session)) {
    if (lease.run === own) continue
    if (lease.kept) left.push(`${describeOwner(lease)}, kept`)
    else if ((await livenessOf(lease.owner)) !== 'dead') left.push(describeOwner(lease))
    else {
      const remains = await dropScratch(session, lease, enter)
      dropped.push(...(remains.length === 0 ? [describeOwner(lease)] : []))
      left.push(...remains)
    }
  }
  return { dropped, left }
}

/** 13 to 18. */
export async function listLeases(session: SqlRunner): Promise<readonly ServerLease[]> {
  const rows = await session.query(
    `SELECT r.rolname AS name, pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment FROM pg_catalog.pg_roles AS r
     WHERE r.rolname LIKE 'rehearsal\\_%' ORDER BY 1`,
  )
  return rows.flatMap(({ name, comment }) => readServerLease(name ?? '', comment ?? null) ?? [])
}
