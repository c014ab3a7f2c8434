import { readdirSync, readFileSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runsFolders } from '../../harness/engine/run-folder.ts'
import { readLease, type RunLease } from '../../harness/engine/run-lease.ts'

/** A run's folder as one that was killed leaves it. */
export interface LeftFolder {
  readonly path: string
  readonly lease: RunLease
  /** Under which its server ran: its own in each run, where the harness is root. */
  readonly uid: number
}

/** The folders of that process' runs. */
export async function foldersOf(pid: number, cache: string): Promise<readonly LeftFolder[]> {
  const found: LeftFolder[] = []
  for (const { path } of runsFolders(cache)) {
    for (const name of await readdir(path).catch(() => [])) {
      const folder = join(path, name)
      const lease = await readLease(folder)
      if (lease?.owner.pid !== pid) continue
      const data = await lstat(join(folder, 'data')).catch(() => null)
      if (data !== null) found.push({ path: folder, lease, uid: data.uid })
    }
  }
  return found
}

/** Processes that run under that uid. Linux. */
export function processesOf(uid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => uidOf(pid) === uid)
}

function uidOf(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    return /^State:\s+Z/m.test(status) ? null : Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])
  } catch {
    // It has ended meanwhile.
    return null
  }
}

/** What a process holds, and what lies about that outlives it. No more after than before, whatever was done between. */
export interface Remains {
  readonly openFiles: number
  readonly children: number
  readonly sharedSegments: number
  readonly mounts: number
  readonly temporary: readonly string[]
  readonly runFolders: readonly string[]
}

/** Of this process, of its temporary folder and of its runs. Linux. */
export async function lookAtRemains(cache: string, temporary: string): Promise<Remains> {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').trim()
  return {
    openFiles: readdirSync('/proc/self/fd').length,
    children: children === '' ? 0 : children.split(' ').length,
    sharedSegments: readFileSync('/proc/sysvipc/shm', 'latin1').trim().split('\n').length - 1,
    mounts: readFileSync('/proc/self/mountinfo', 'latin1').trim().split('\n').length,
    temporary: readdirSync(temporary).sort(),
    runFolders: (await foldersOf(process.pid, cache)).map(({ path }) => path),
  }
}

/** What is there after, and was not before; empty when nothing is. */
export function grown(before: Remains, after: Remains): readonly string[] {
  const counts = (['openFiles', 'children', 'sharedSegments', 'mounts'] as const)
    .filter((name) => after[name] > before[name])
    .map((name) => `${name}: ${before[name]} before, ${after[name]} after`)
  const names = (['temporary', 'runFolders'] as const).flatMap((name) =>
    after[name].filter((entry) => !before[name].includes(entry)).map((entry) => `${name}: ${entry}`),
  )
  return [...counts, ...names]
}
