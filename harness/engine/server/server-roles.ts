import { setTimeout as sleep } from 'node:timers/promises'
import type { SqlRunner } from '../../core/index.ts'
import { leaseRole, leaseRolePattern } from './lease.ts'
import { listLeases } from './sweep-leases.ts'

/**
 * Roles belong to the whole server, and two dumps may name the same: who makes the first takes this advisory lock until
 * its end, and the next rehearsal waits. ("rehears" in ASCII.)
 */
const rolesLock = BigInt('0x72656865617273')
const lockPollMs = 250

/** Held until the session ends. Throws once the signal says so. */
export async function waitForRoles(session: SqlRunner, signal: AbortSignal): Promise<void> {
  for (;;) {
    const [row] = await session.query(`SELECT pg_catalog.pg_try_advisory_lock(${rolesLock})::text AS got`)
    if (row?.['got'] === 'true') return
    await sleep(lockPollMs, undefined, { signal })
  }
}

export async function listRoles(session: SqlRunner): Promise<ReadonlySet<string>> {
  const rows = await session.query('SELECT rolname AS name FROM pg_catalog.pg_roles')
  return new Set(rows.map(({ name }) => name ?? ''))
}

/** Roles that have come since and are in nobody's lease: code in the dump may have made them, or somebody else. */
export async function findStrangers(session: SqlRunner, before: ReadonlySet<string>): Promise<readonly string[]> {
  const leases = await listLeases(session)
  const leased = new Set(leases.flatMap(({ run, roles }) => [leaseRole(run), ...roles.map(({ name }) => name)]))
  const now = await listRoles(session)
  return [...now]
    .filter((name) => !before.has(name) && !leased.has(name) && !leaseRolePattern.test(name))
    .map((name) => `role ${name}: it came while the rehearsal ran, made by code in the dump or by somebody else`)
}
