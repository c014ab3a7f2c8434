import { constants } from 'node:fs'
import { chmod, copyFile, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientSandbox } from './client-sandbox.ts'
import type { StockFile } from './types.ts'

/**
 * Where a client finds an archive: it opens one by name, once a worker. A client of another uid gets a copy, for it may
 * not be allowed to read the original and must not be able to write it. Free of cost where the disk can share blocks.
 */
export async function stageArchive({ path, format }: StockFile, sandbox: ClientSandbox): Promise<string> {
  if (sandbox.user.kind === 'own') return path
  const folder = await sandbox.place('archive')
  if (format !== 'directory') return copyInto(path, join(folder, 'archive'))
  for (const name of await readdir(path)) {
    // A link or a pipe among them is none of pg_dump's: the reader has refused it, and it is not followed here.
    if ((await lstat(join(path, name))).isFile()) await copyInto(join(path, name), join(folder, name))
  }
  return folder
}

async function copyInto(from: string, to: string): Promise<string> {
  await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
  await chmod(to, 0o444)
  return to
}

/** What changes when somebody writes to a dump or puts another in its place. */
export async function stateOf({ path, format }: StockFile): Promise<string> {
  const names = format === 'directory' ? (await readdir(path)).sort().map((name) => join(path, name)) : [path]
  const stats = await Promise.all(names.map((name) => lstat(name, { bigint: true })))
  return stats.map(({ ino, size, mtimeNs, ctimeNs }) => [ino, size, mtimeNs, ctimeNs].join(' ')).join('\n')
}
