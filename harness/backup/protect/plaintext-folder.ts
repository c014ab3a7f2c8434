import { mkdtemp, readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import { freemem } from 'node:os'
import { basename, join } from 'node:path'
import { Fault, formatBytes } from '../../core/index.ts'

const prefix = '.rehearsal-plaintext-'
const memoryFolder = '/dev/shm'

/**
 * A folder of mode 0700 for decrypted files, in memory: nothing of it reaches a disk. Another can be named where memory
 * does not do. Removed on disposal; what a killed process left there is removed by the next that needs one.
 */
export async function plaintextFolder(
  bytes: number,
  named: string | null,
): Promise<AsyncDisposable & { readonly path: string }> {
  const parent = named ?? memoryFolder
  const room = await roomIn(parent, named === null)
  if (room === null) {
    throw new Fault('E_FILE_UNREADABLE', 'there is no folder in memory for decrypted files', {
      hint: 'name a folder on an encrypted disk: REHEARSAL_PLAINTEXT=<folder>',
    })
  }
  await sweep(parent)
  if (bytes > room) {
    throw new Fault(
      'E_DISK_FULL',
      `the decrypted set takes ${formatBytes(bytes)}, ${parent} has room for ${formatBytes(room)}`,
      {
        hint: 'name a folder with more, on an encrypted disk: REHEARSAL_PLAINTEXT=<folder>',
        facts: { bytes, room },
      },
    )
  }
  const path = await mkdtemp(join(parent, `${prefix}${process.pid}-${await startOf(process.pid)}-`))
  return { path, [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }) }
}

/** Half of the free memory at most: a server is going to run beside it. */
async function roomIn(parent: string, inMemory: boolean): Promise<number | null> {
  const found = await statfs(parent).catch(() => null)
  if (found === null) return null
  const free = found.bavail * found.bsize
  return inMemory ? Math.min(free, Math.floor(freemem() / 2)) : free
}

/** Folders of ours whose process is gone. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = /^-?(\d+)-(\d+)-/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '')
    if (!owner?.[1]) continue
    const path = join(parent, basename(name))
    const found = await stat(path).catch(() => null)
    if (found === null || found.uid !== process.getuid?.()) continue
    if ((await startOf(Number(owner[1]))) !== owner[2]) await rm(path, { recursive: true, force: true })
  }
}

/** A process's time of birth, so that another of the same number is not taken for it; `0` where that is not known. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (text === null) return pid === process.pid ? '0' : 'gone'
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
}
