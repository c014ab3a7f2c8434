import { randomUUID } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { forceToDisk } from '../../core/index.ts'
import type { LockedFolder } from './lock-folder.ts'

/** Hidden: whoever looks for backup sets passes it over. */
const partOf = /^\.rehearse-backup-[0-9a-f-]{36}\.part$/

/** Where a set is written until it is whole. Disposing of it removes what was not published. */
export interface WorkFolder extends AsyncDisposable {
  readonly path: string
  /** Gives the whole set its name, and answers with its path: by one rename, all of it forced to the disk before. */
  publish(name: string): Promise<string>
}

/** Removes what interrupted backups have left in the folder. It is locked, so none of it is being written. */
export async function sweepParts({ folder }: LockedFolder): Promise<readonly string[]> {
  const left = (await readdir(folder)).filter((name) => partOf.test(name))
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true })
  return left
}

export async function openWorkFolder({ folder }: LockedFolder): Promise<WorkFolder> {
  const path = join(folder, `.rehearse-backup-${randomUUID()}.part`)
  await mkdir(path, { mode: 0o700 })
  await chmod(path, 0o700)
  return {
    path,
    publish: async (name) => publish(path, join(folder, name)),
    [Symbol.asyncDispose]: async () => rm(path, { recursive: true, force: true }),
  }
}

async function publish(from: string, to: string): Promise<string> {
  await closeToOthers(from)
  const target = await freeName(to)
  await rename(from, target)
  await forceToDisk(dirname(target))
  return target
}

/** 0700 and 0600, whatever the umask was and whoever wrote the files; folders are forced to the disk. */
async function closeToOthers(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await closeToOthers(path)
    else await chmod(path, 0o600)
  }
  await chmod(folder, 0o700)
  await forceToDisk(folder)
}

/** A second backup within the same second is another set. The folder is locked: a free name stays free. */
async function freeName(path: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? path : join(dirname(path), `${basename(path)}.${count}`)
    const isFree = await lstat(candidate).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true
        throw error
      },
    )
    if (isFree) return candidate
  }
}
