import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { scrubLine } from '../../core/index.ts'
import { digestPath } from './digest.ts'
import type { Trouble } from './download.ts'
import { openBackup } from './open-backup.ts'
import type { RestoreOptions } from './restore.ts'
import type { StorageSummary } from './summary-file.ts'
import type { FileRecord } from './types.ts'

/** The files of a backup by their own names into an empty folder, as far as a file system can hold the names. */
export async function restoreIntoFolder(
  folder: string,
  target: string,
  { signal, overwrite, onProgress }: Pick<RestoreOptions, 'signal' | 'overwrite' | 'onProgress'>,
): Promise<{ readonly summary: StorageSummary; readonly objects: number; readonly failed: readonly Trouble[] }> {
  using backup = await openBackup(folder)
  const { summary, index } = backup
  const failed: Trouble[] = []
  let objects = 0
  let bytes = 0
  await mkdir(target, { recursive: true })
  // Not beside the file itself: a longer name may be one too many, or that of another object.
  const temporary = join(target, `.rehearse-part-${process.pid}`)
  for (const record of index.records()) {
    signal.throwIfAborted()
    const object = `${record.bucket}/${record.name}`
    const from = join(folder, record.path)
    const why = await copyOut({ from, to: join(target, object), temporary, object, overwrite, ...record })
    if (why === null) {
      objects += 1
      bytes += record.bytes
      onProgress?.(objects, bytes)
    } else failed.push({ object: scrubLine(object), why, damaged: damages.has(why) })
  }
  return { summary, objects, failed }
}

const damages: ReadonlySet<string> = new Set(['its file is damaged', 'its file is missing'])

interface Copy extends Pick<FileRecord, 'sha256'> {
  readonly from: string
  readonly to: string
  readonly temporary: string
  readonly object: string
  readonly overwrite: boolean
}

async function copyOut({ from, to, temporary, object, sha256, overwrite }: Copy): Promise<string | null> {
  const isPath = object === normalize(object) && !object.endsWith('/') && !isAbsolute(object)
  if (!isPath || object.startsWith('..')) return 'its name is no path'
  try {
    const there = await digestPath(to)
    if (there?.sha256 === sha256) return null
    if (there && !overwrite) return 'a file of another content is there'
    await mkdir(dirname(to), { recursive: true })
    await copyFile(from, temporary)
    if ((await digestPath(temporary))?.sha256 === sha256) {
      await rename(temporary, to)
      return null
    }
    await rm(temporary)
    return 'its file is damaged'
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : null
    await rm(temporary, { force: true })
    if (code === null || code === 'ENOSPC') throw thrown
    if (code === 'ENAMETOOLONG') return 'its name is too long for a file'
    if (code === 'ENOTDIR' || code === 'EEXIST') return 'its name runs through a file of another object'
    if (code === 'EISDIR') return 'its name is the folder of another object'
    return code === 'ENOENT' ? 'its file is missing' : `it can't be written (${code})`
  }
}
