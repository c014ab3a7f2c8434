import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { forceToDisk } from '../../core/index.ts'
import { isDump } from '../choose-restore.ts'
import type { BackupSet } from '../types.ts'
import { findUser, type ProcessWatch } from './set-lease.ts'

/* Hidden: no reader of sets looks there. */
const prefix = '.pruned-'
const asideName = /^\.pruned-[0-9a-f]{8}(?:-|$)/

/**
 * Removes a set: renamed aside in one step, looked at once more for a user who came in between (then it is put back), and
 * only then removed. Killed at any moment, the set is there whole or is no set any more; {@link finishDeleted} clears
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

/** What a prune that was killed had put aside already, by name. */
export async function begunIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory() && asideName.test(entry.name)).map(({ name }) => name)
}

/** Removes the rest of it. One that somebody uses after all is left: why, or null. */
export async function finishDeleted(folder: string, name: string, processes: ProcessWatch): Promise<string | null> {
  const path = join(folder, name)
  const user = await findUser(path, processes)
  if (user === null) await rm(path, { recursive: true })
  return user
}
