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
  { signal, overwrite }: Pick<RestoreOptions, 'signal' | 'overwrite'>,
): Promise<{ readonly summary: StorageSummary; readonly objects: number; readonly failed: readonly Trouble[] }> {
  using backup = await openBackup(folder)
  const { summary, index } = backup
  const failed: Trouble[] = []
  let objects = 0
  for (const record of index.records()) {
    signal.throwIfAborted()
    const object = `${record.bucket}/${record.name}`
    const why = await copyOut(join(folder, record.path), target, object, record, overwrite)
    if (why === null) objects += 1
    else failed.push({ object: scrubLine(object), why, damaged: damages.has(why) })
  }
  return { summary, objects, failed }
}

const damages: ReadonlySet<string> = new Set(['its file is damaged', 'its file is missing'])

async function copyOut(
  from: string,
  target: string,
  object: string,
  { sha256 }: FileRecord,
  overwrite: boolean,
): Promise<string | null> {
  if (object !== normalize(object) || isAbsolute(object) || object.startsWith('..')) return 'its name is no path'
  const to = join(target, object)
  const temporary = `${to}.rehearse-part`
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
    if (code === null || code === 'ENOSPC') throw thrown
    if (code === 'ENAMETOOLONG') return 'its name is too long for a file'
    if (code === 'ENOTDIR' || code === 'EEXIST') return 'its name runs through a file of another object'
    await rm(temporary, { force: true })
    if (code === 'EISDIR') return 'its name is the folder of another object'
    return code === 'ENOENT' ? 'its file is missing' : `it can't be written (${code})`
  }
}
