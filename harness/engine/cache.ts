import { randomBytes } from 'node:crypto'
import { access, chmod, lstat, mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, isRoot } from '../core/index.ts'
import { removeTree } from './remove-tree.ts'

/**
 * Makes the folder, or checks the one that is there: programs are run from it, so nobody else may be able to write
 * to it; and the server's uid must be able to reach it.
 */
export async function openCache(folder: string): Promise<string> {
  try {
    await makeFolder(folder)
  } catch (cause) {
    throw new Fault('E_ENGINE_START', `the cache folder ${folder} can't be made`, {
      hint: 'set REHEARSAL_CACHE to a folder of your own',
      cause,
    })
  }
  const stat = await lstat(folder)
  if (!stat.isDirectory() || (stat.uid !== process.getuid?.() && stat.uid !== 0) || (stat.mode & 0o022) !== 0) {
    throw new Fault('E_ENGINE_START', `the cache folder ${folder} can be written to by others`, {
      hint: 'set REHEARSAL_CACHE to a folder of your own that only you may write to',
    })
  }
  if (isRoot()) await requireReachable(folder)
  return folder
}

/** With its parents, and with that mode whatever the umask: as root, the server's uid must be able to enter. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: isRoot() ? 0o755 : 0o700 })
  if (first === undefined || !isRoot()) return
  for (let path = folder; path.length >= first.length; path = dirname(path)) await chmod(path, 0o755)
}

async function requireReachable(folder: string): Promise<void> {
  // Another process may be making the folder this moment, and under a strict umask it is closed at first.
  if ((await closedParent(folder)) !== null) await sleep(100)
  const closed = await closedParent(folder)
  if (closed === null) return
  throw new Fault('E_ENGINE_START', `the cache folder ${folder} is out of reach for the server: ${closed} is closed`, {
    hint: 'set REHEARSAL_CACHE to a folder below one that everybody may enter, such as /var/cache/rehearsal',
  })
}

async function closedParent(folder: string): Promise<string | null> {
  for (let path = folder; ; path = dirname(path)) {
    if (((await lstat(path)).mode & 0o001) === 0) return path
    if (path === dirname(path)) return null
  }
}

/**
 * Builds a file or folder of the cache once. It appears whole or not at all: built under another name, then renamed.
 * Of two processes that build at once, the first to finish wins.
 */
export async function placeOnce(path: string, build: (temporary: string) => Promise<void>): Promise<string> {
  if (await isThere(path)) return path
  await makeFolder(dirname(path))
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await build(temporary)
    await rename(temporary, path)
  } catch (error) {
    if (!(await isThere(path))) throw error
  } finally {
    await removeTree(temporary)
  }
  return path
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
