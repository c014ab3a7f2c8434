import { hostname } from 'node:os'
import type { ProcessIdentity } from '../process-identity.ts'

/**
 * Who answers for what on somebody's server. It is the comment of a role made for that alone: the dump's own comments
 * on its database and its roles are compared, and stay theirs.
 */
export interface ServerLease {
  readonly kind: 'rehearsal-lease'
  readonly version: 1
  readonly run: string
  readonly owner: ProcessIdentity
  readonly createdAt: string
  /** Left there on purpose. */
  readonly kept: boolean
  /** Written down before each is made: their names are no one else's. */
  readonly databases: readonly string[]
  /** Written down in the transaction that makes each. The oid tells it from a later role of that name. */
  readonly roles: readonly { readonly name: string; readonly oid: string }[]
}

const prefix = 'rehearsal_'

/** Of the role that holds the lease; the run's databases begin with it. */
export function leaseRole(run: string): string {
  return `${prefix}${run}`
}

/** `rehearsal_<run>_shop`: at most 63 bytes of plain letters, told apart by a number where names come out the same. */
export function scratchName(run: string, dumped: string, taken: ReadonlySet<string>): string {
  const plain = dumped
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 30)
  for (let number = 1; ; number += 1) {
    const name = `${leaseRole(run)}_${plain}${number === 1 ? '' : `_${number}`}`
    if (!taken.has(name)) return name
  }
}

/** Databases of a run, by their names. */
export function isScratchOf(run: string, database: string): boolean {
  return database.startsWith(`${leaseRole(run)}_`)
}

export const leaseRolePattern = /^rehearsal_([0-9a-f]{12})$/

/** Null for what is none of ours, or can't be read as one. */
export function readServerLease(role: string, comment: string | null): ServerLease | null {
  const [, run] = leaseRolePattern.exec(role) ?? []
  let lease: unknown
  try {
    lease = JSON.parse(comment ?? '')
  } catch {
    return null
  }
  return isLease(lease) && lease.run === run && lease.databases.every((name) => isScratchOf(lease.run, name))
    ? lease
    : null
}

export function describeOwner({ owner, run }: ServerLease): string {
  const where = owner.host === hostname() ? 'here' : `on ${owner.host}`
  return `${leaseRole(run)} (process ${owner.pid} ${where})`
}

function isLease(value: unknown): value is ServerLease {
  if (typeof value !== 'object' || value === null) return false
  const { kind, version, run, owner, kept, databases, roles } = value as Partial<Record<keyof ServerLease, unknown>>
  return (
    kind === 'rehearsal-lease' &&
    version === 1 &&
    typeof run === 'string' &&
    typeof kept === 'boolean' &&
    isIdentity(owner) &&
    isListOf(databases, (name) => typeof name === 'string') &&
    isListOf(roles, isRole)
  )
}

function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(fits)
}

function isRole(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { name, oid } = value as { readonly name?: unknown; readonly oid?: unknown }
  return typeof name === 'string' && typeof oid === 'string' && /^\d+$/.test(oid)
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false
  const { pid, startTime, bootId, host, pidNamespace } = value as Partial<Record<keyof ProcessIdentity, unknown>>
  return Number.isInteger(pid) && [startTime, bootId, host, pidNamespace].every((text) => typeof text === 'string')
}
