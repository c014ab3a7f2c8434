import { randomUUID } from 'node:crypto'
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { forceToDisk } from '../../core/index.ts'
import { isDump } from '../choose-restore.ts'
import type { BackupSet } from '../types.ts'
import { findUser, type ProcessWatch } from './set-lease.ts'

/* Hidden: no reader of sets looks there. */
const prefix = '.pruned-'

/**
 * Removes a set: renamed aside in one step, looked at once more for a user who came in between (then it is put back), and
 * only then removed. Killed at any moment, the set is there whole or is no set any more; {@link sweepDeleted} clears
 * what is left. Why it was spared, or null.
 */
export async function deleteSet(set: BackupSet, folder: string, processes: ProcessWatch): Promise<string | null> {
  const user = await findUser(set.root, processes)
  if (user !== null) return user
  return set.root === folder ? deleteLoose(set, folder) : deleteFolder(set, folder, processes)
}

async function deleteFolder(set: BackupSet, folder: string, processes: ProcessWatch): Promise<string | null> {
  const aside = join(folder, `${prefix}${randomUUID().slice(0, 8)}-${basename(set.root).slice(0, 60)}`)
  await rename(set.root, aside)
  await forceToDisk(folder)
  const late = await findUser(aside, processes)
  if (late !== null) {
    await rename(aside, set.root)
    return late
  }
  await rm(aside, { recursive: true })
  await forceToDisk(folder)
  return null
}

/** Its one dump goes first: what is left without it is no set. */
async function deleteLoose(set: BackupSet, folder: string): Promise<null> {
  const aside = join(folder, `${prefix}${randomUUID().slice(0, 8)}`)
  await mkdir(aside, { mode: 0o700 })
  const dumpFirst = set.files.toSorted((a, b) => Number(isDump(b)) - Number(isDump(a)))
  for (const [index, { name }] of dumpFirst.entries()) {
    await rename(join(folder, name), join(aside, `${index}`))
    await forceToDisk(folder)
  }
  await rm(aside, { recursive: true })
  return null
}

/** Removes what a prune that was killed had put aside already. One that somebody uses after all is left. */
export async function sweepDeleted(folder: string, processes: ProcessWatch): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!/^\.pruned-[0-9a-f]{8}(?:-|$)/.test(name)) continue
    const path = join(folder, name)
    if (!(await lstat(path)).isDirectory()) continue
    if ((await findUser(path, processes)) === null) await rm(path, { recursive: true })
  }
}
