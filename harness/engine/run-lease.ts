import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessIdentity } from './process-identity.ts'

/** Who answers for a run folder. It lies in the folder, where the server's uid can't write. */
export interface RunLease {
  readonly kind: 'rehearsal-run'
  readonly id: string
  readonly owner: ProcessIdentity
  /** The launcher of the server, once started: the process whose end takes all others with it. */
  readonly server: ProcessIdentity | null
  /** Left running on purpose. */
  readonly kept: boolean
  /** Lies elsewhere when the run folder's path is too long for a socket. */
  readonly socketFolder: string
}

export const leaseName = 'lease.json'

/**
 * Whole or not at all, but not forced to the disk: a lease need not outlive a power cut, after which its boot is over
 * anyway, and on a busy disk forcing it there takes longer than starting the server.
 */
export async function writeLease(folder: string, lease: RunLease): Promise<void> {
  const temporary = join(folder, `${leaseName}.tmp`)
  await writeFile(temporary, `${JSON.stringify(lease, null, 2)}\n`, { mode: 0o600 })
  await rename(temporary, join(folder, leaseName))
}

/** Null when there is none, or none that can be read as one. */
export async function readLease(folder: string): Promise<RunLease | null> {
  let lease: unknown
  try {
    lease = JSON.parse(await readFile(join(folder, leaseName), 'utf8'))
  } catch {
    return null
  }
  return isLease(lease) ? lease : null
}

function isLease(value: unknown): value is RunLease {
  if (typeof value !== 'object' || value === null) return false
  const { kind, owner, server, kept, socketFolder } = value as Partial<Record<keyof RunLease, unknown>>
  return (
    kind === 'rehearsal-run' &&
    isIdentity(owner) &&
    (server === null || isIdentity(server)) &&
    typeof kept === 'boolean' &&
    typeof socketFolder === 'string'
  )
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false
  const { pid, startTime, bootId, host, pidNamespace } = value as Partial<Record<keyof ProcessIdentity, unknown>>
  return Number.isInteger(pid) && [startTime, bootId, host, pidNamespace].every((text) => typeof text === 'string')
}
