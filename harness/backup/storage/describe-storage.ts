import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, scrubLine } from '../../core/index.ts'
import { digestFile } from '../digest-file.ts'
import type { Manifest } from '../types.ts'
import { isStorageEntry, storageFolder, storageManifest, storageSummary } from './names.ts'
import { parseSummary, readStorageFiles } from './read-storage.ts'

type StorageCount = NonNullable<Manifest['storage']>

/**
 * How much of Storage lies in a folder that is to be sealed; null: none. Each file has to be there with its size; its bytes
 * were digested when they came, and `verify` reads them. Throws where a download has not ended or lost something.
 */
export async function describeStorage(root: string): Promise<StorageCount | null> {
  const entries = await readdir(join(root, storageFolder)).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return []
    throw error
  })
  const marks = entries.filter((entry) => /^storage-(?:manifest|summary)\.json/.test(entry))
  if (marks.length === 0) return null
  const unfinished = marks.find((entry) => !isStorageEntry(entry))
  if (unfinished !== undefined) throw incomplete(`${storageFolder}/${unfinished} was left by it`)
  for (const name of [storageManifest, storageSummary]) {
    if (!marks.some((entry) => name.endsWith(`/${entry}`))) throw incomplete(`there is no ${name}`)
  }
  const summary = parseSummary(await readFile(join(root, storageSummary), 'utf8'))
  const { sha256 } = await digestFile(join(root, storageManifest))
  if (sha256 !== summary.manifest) {
    throw new Fault('E_BACKUP_MANIFEST', `${storageManifest} is not what ${storageSummary} says`, {
      hint: 'download the files of Storage again',
    })
  }
  const count = { objects: 0, bytes: 0 }
  for await (const file of readStorageFiles(join(root, storageManifest))) {
    const found = await lstat(join(root, file.name)).catch(() => null)
    if (found?.isFile() !== true || found.size !== file.bytes) {
      const what = found ? `has ${found.size} bytes, not ${file.bytes}` : 'is not there'
      throw new Fault('E_BACKUP_FILE_MISSING', `${scrubLine(file.name)} ${what}`, {
        hint: 'download the files of Storage again: what lies there whole is not fetched again',
      })
    }
    count.objects += 1
    count.bytes += file.bytes
  }
  return count
}

function incomplete(what: string): Fault {
  return new Fault('E_BACKUP_INCOMPLETE', `the download of the files of Storage has not ended: ${what}`, {
    hint: 'run `rehearse storage download` on it again, or remove the folder storage',
  })
}
