import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Tells whether the process that wrote something down is running still. Handed in: `engine/` knows how. */
export interface ProcessWatch {
  identify(): Promise<LeaseOwner>
  livenessOf(owner: LeaseOwner): Promise<'alive' | 'dead' | 'unknown'>
}

export const leaseOwner = z.strictObject({
  pid: z.int().positive(),
  startTime: z.string().max(200),
  bootId: z.string().max(200),
  host: z.string().max(300),
  pidNamespace: z.string().max(200),
})
export type LeaseOwner = z.infer<typeof leaseOwner>

const purposes = ['rehearsal', 'restore', 'backup', 'prune'] as const
const lease = z.strictObject({
  kind: z.literal('backup-set-lease'),
  version: z.literal(1),
  purpose: z.enum(purposes),
  owner: leaseOwner,
})
export type LeasePurpose = (typeof purposes)[number]

const prefix = '.in-use-'
/** A lease's name begins with a dot: no reader of sets sees it. */
export const isLeaseName = (name: string): boolean => name.startsWith(prefix)

/**
 * Says in the set's own folder that it is in use, until disposed of: whoever deletes sets looks there, from whichever
 * machine. Where the folder can't be written to, nobody is told, and the work goes on: a set that is gone in the middle
 * of it is seen, and is no answer.
 */
export async function leaseSet(root: string, purpose: LeasePurpose, processes: ProcessWatch): Promise<AsyncDisposable> {
  const self = await processes.identify()
  await sweepLeases(root, processes)
  const path = join(root, `${prefix}${randomUUID()}.json`)
  const text = JSON.stringify({ kind: 'backup-set-lease', version: 1, purpose, owner: self })
  const isWritten = await writeWhole(path, `${text}\n`)
  return { [Symbol.asyncDispose]: async () => (isWritten ? removeLease(path) : undefined) }
}

/** Leases that killed processes left: nobody takes them back but the next one who comes. */
async function sweepLeases(root: string, processes: ProcessWatch): Promise<void> {
  for (const name of await leaseNames(root)) {
    const read = await readLease(join(root, name))
    if (read === 'gone' || read === null) continue
    if ((await processes.livenessOf(read.owner)) === 'dead') await removeLease(join(root, name))
  }
}

async function leaseNames(root: string): Promise<readonly string[]> {
  return (await readdir(root)).filter((name) => isLeaseName(name) && name.endsWith('.json'))
}

/** Who uses the set, in a few words; null: nobody. A lease that can't be read, or judged from here, counts as use. */
export async function findUser(root: string, processes: ProcessWatch): Promise<string | null> {
  for (const name of await leaseNames(root)) {
    const read = await readLease(join(root, name))
    if (read === 'gone') continue
    if (read === null) return `in use, says ${name}, which can't be read: remove it if that is over`
    const state = await processes.livenessOf(read.owner)
    if (state === 'alive') return `in use by a ${read.purpose} (process ${read.owner.pid})`
    if (state === 'unknown') {
      return `in use by a ${read.purpose} on ${read.owner.host}, says ${name}: remove that file if it is over`
    }
  }
  return null
}

async function readLease(path: string): Promise<z.infer<typeof lease> | 'gone' | null> {
  try {
    return lease.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'gone' : null
  }
}

async function writeWhole(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.tmp`
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600 })
    await rename(temporary, path)
    return true
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    return false
  }
}

/** Of a folder that has gone meanwhile, or turned read-only, nothing is left to remove. */
async function removeLease(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
  }
}
