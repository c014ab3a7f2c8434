import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, mkdtemp, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Fault, formatBytes, isRoot } from '../core/index.ts'
import { identifyProcess, type ProcessIdentity } from './process-identity.ts'
import { removeTree } from './remove-tree.ts'
import { writeLease, type RunLease } from './run-lease.ts'
import type { ServerUser } from './server-uid.ts'

/** One run's private place: `data` and `socket` belong to the server's uid, all the rest to us. */
export interface RunFolder extends AsyncDisposable {
  readonly id: string
  readonly path: string
  readonly data: string
  readonly socket: string
  readonly log: string
  readonly storage: 'memory' | 'disk'
  lease(change: { readonly server: ProcessIdentity | null; readonly kept: boolean }): Promise<void>
}

/** Tables, their indexes, and what index builds sort: about three times the plain text. */
const spaceFactor = 3
/** An empty cluster, WAL, and what a build sorts even for a small dump. */
const spaceFloor = 512 * 1024 * 1024
/** sun_path holds 108 bytes on Linux, 104 on macOS; the socket's own name takes 15. */
const longestSocketFolder = 85
const shortFolderPrefix = 'rehearsal-s-'

export function spaceNeeded(plainBytes: number): number {
  return spaceFactor * plainBytes + spaceFloor
}

/** The folders in which run folders may lie: memory first. */
export function runsFolders(cache: string): readonly { readonly path: string; readonly storage: 'memory' | 'disk' }[] {
  const inMemory = { path: `/dev/shm/rehearsal-runs-${process.getuid?.() ?? 0}`, storage: 'memory' } as const
  const onDisk = { path: join(cache, 'runs'), storage: 'disk' } as const
  return process.platform === 'linux' ? [inMemory, onDisk] : [onDisk]
}

/** Where a run of that size may lie; null when it fits nowhere. `onDisk`: never in memory. */
export async function choosePlace(
  cache: string,
  plainBytes: number,
  onDisk = false,
): Promise<{ readonly path: string; readonly storage: 'memory' | 'disk' } | null> {
  const needed = spaceNeeded(plainBytes)
  for (const place of runsFolders(cache)) {
    if (onDisk && place.storage === 'memory') continue
    if ((await prepareRunsFolder(place.path)) && (await roomIn(place)) >= needed) return place
  }
  return null
}

export async function roomIn(place: { readonly path: string; readonly storage: 'memory' | 'disk' }): Promise<number> {
  const { bavail, bsize } = await statfs(place.path)
  const free = bavail * bsize
  // What lies on tmpfs is memory: the server's own, ours and everybody else's must still fit beside it.
  return place.storage === 'memory' ? Math.min(free, 0.6 * process.availableMemory()) : free
}

/** False where we can't or shouldn't: no such file system, or somebody else's folder by that name. */
export async function prepareRunsFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { recursive: !path.startsWith('/dev/shm/'), mode: 0o711 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EROFS') return false
    if (error.code !== 'EEXIST') throw error
  }
  const stat = await lstat(path)
  return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
}

export async function openRunFolder(
  cache: string,
  plainBytes: number,
  user: ServerUser,
  onDisk = false,
): Promise<RunFolder> {
  const place = await choosePlace(cache, plainBytes, onDisk)
  if (place === null) {
    throw new Fault('E_DISK_FULL', `no room for the restored database: about ${formatBytes(spaceNeeded(plainBytes))}`, {
      hint: `free some space, or set REHEARSAL_CACHE to a folder on a larger disk than ${cache} is on`,
    })
  }
  const owner = await identifyProcess(process.pid)
  if (owner === null) throw new TypeError('this process has no identity')
  const id = randomBytes(5).toString('hex')
  const path = join(place.path, `rehearsal-${id}`)
  const data = join(path, 'data')
  let socket = join(path, 's')
  try {
    await mkdir(path, { mode: isRoot() ? 0o711 : 0o700 })
    if (Buffer.byteLength(socket) > longestSocketFolder) socket = join(await openShortFolder(), 's')
    const lease: RunLease = { kind: 'rehearsal-run', id, owner, server: null, kept: false, socketFolder: socket }
    await writeLease(path, lease)
    for (const folder of [data, socket]) {
      await mkdir(folder, { mode: 0o700 })
      await chmod(folder, 0o700)
      if (user.kind === 'separate') await chown(folder, user.uid, user.gid)
    }
    return {
      id,
      path,
      data,
      socket,
      log: join(path, 'server.log'),
      storage: place.storage,
      lease: async (change) => writeLease(path, { ...lease, ...change }),
      [Symbol.asyncDispose]: async () => removeRunFolder(path, socket),
    }
  } catch (error) {
    await removeRunFolder(path, socket)
    throw error
  }
}

async function openShortFolder(): Promise<string> {
  const base = Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp'
  const folder = await mkdtemp(join(base, shortFolderPrefix))
  await chmod(folder, isRoot() ? 0o711 : 0o700)
  return folder
}

/** The socket's folder too where it lies elsewhere: then it has a folder of its own around it. */
export async function removeRunFolder(path: string, socket: string): Promise<void> {
  const around = dirname(socket)
  if (basename(around).startsWith(shortFolderPrefix)) await removeTree(around)
  await removeTree(path)
}
