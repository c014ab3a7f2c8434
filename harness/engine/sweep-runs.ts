import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { livenessOf, type ProcessIdentity } from './process-identity.ts'
import { removeTree } from './remove-tree.ts'
import { removeRunFolder, runsFolders } from './run-folder.ts'
import { readLease, type RunLease } from './run-lease.ts'
import { signalProcess } from './signal-process.ts'

/** A folder without a lease is being made, or its maker died between two calls: after this long it is the latter. */
const unleasedGraceMs = 10 * 60_000

/**
 * Removes what runs left behind that were killed. A folder is touched only when its owner is dead by pid, start time
 * and boot; a server of it that still runs (no death signal on macOS) is ended, and no other process is signalled.
 */
export async function sweepRuns(
  cache: string,
  places: readonly { readonly path: string }[] = runsFolders(cache),
): Promise<readonly string[]> {
  const removed: string[] = []
  for (const { path } of places) {
    for (const name of await listIfOurs(path)) {
      const folder = join(path, name)
      if (name.startsWith('rehearsal-') && (await sweepOne(folder))) removed.push(folder)
    }
  }
  for (const part of ['binaries', 'templates']) removed.push(...(await sweepUnfinished(join(cache, part))))
  return removed
}

async function sweepOne(folder: string): Promise<boolean> {
  const lease = await readLease(folder)
  if (lease === null) return (await isOlderThan(folder, unleasedGraceMs)) && removed(folder, join(folder, 's'))
  if (!(await isAbandoned(lease))) return false
  if (lease.server !== null) await endLeftover(lease.server)
  return removed(folder, lease.socketFolder)
}

async function isAbandoned(lease: RunLease): Promise<boolean> {
  if (lease.kept && lease.server !== null) return (await livenessOf(lease.server)) === 'dead'
  return (await livenessOf(lease.owner)) === 'dead'
}

async function endLeftover(server: ProcessIdentity): Promise<void> {
  for (const name of ['SIGQUIT', 'SIGKILL'] as const) {
    for (let tries = 0; tries < 20; tries += 1) {
      if ((await livenessOf(server)) !== 'alive') return
      if (tries === 0) signalProcess(server.pid, name)
      await sleep(50)
    }
  }
}

/** False when it could not be removed whole: another sweep is at it, or the next one will try again. */
async function removed(folder: string, socket: string): Promise<boolean> {
  try {
    await removeRunFolder(folder, socket)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

/** What a process was building for the cache when it was killed. */
async function sweepUnfinished(folder: string): Promise<readonly string[]> {
  const stale: string[] = []
  for (const name of await listIfOurs(folder)) {
    if (!/\.tmp(?:\.d)?$/.test(name) || !(await isOlderThan(join(folder, name), unleasedGraceMs))) continue
    await removeTree(join(folder, name))
    stale.push(join(folder, name))
  }
  return stale
}

async function isOlderThan(path: string, ms: number): Promise<boolean> {
  try {
    return Date.now() - (await lstat(path)).mtimeMs > ms
  } catch {
    // Gone meanwhile: another sweep, or its owner.
    return false
  }
}

async function listIfOurs(folder: string): Promise<readonly string[]> {
  try {
    const stat = await lstat(folder)
    return stat.isDirectory() && stat.uid === process.getuid?.() ? await readdir(folder) : []
  } catch {
    // Nothing has run here yet.
    return []
  }
}
