import { identifyProcess, type ProcessIdentity } from '../process-identity.ts'

/** By these a container is known as ours, and its owner's life can be judged. */
export const runLabel = 'rehearsal.run'
const ownerLabel = 'rehearsal.owner'

/** A kept container is renamed to this prefix: labels can't change after creation. */
export const keptPrefix = 'rehearsal-kept-'
export const runPrefix = 'rehearsal-run-'

export async function ownedLabels(run: string): Promise<Record<string, string>> {
  return { [runLabel]: run, [ownerLabel]: JSON.stringify(await identifyProcess(process.pid)) }
}

/** Null when the label is missing or isn't what we wrote: such a container is left alone. */
export function readOwner(labels: Readonly<Record<string, string>>): ProcessIdentity | null {
  try {
    const owner: unknown = JSON.parse(labels[ownerLabel] ?? 'null')
    return isIdentity(owner) ? owner : null
  } catch {
    return null
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false
  const { pid, startTime, bootId, host, pidNamespace } = value as Partial<Record<keyof ProcessIdentity, unknown>>
  return Number.isInteger(pid) && [startTime, bootId, host, pidNamespace].every((text) => typeof text === 'string')
}
