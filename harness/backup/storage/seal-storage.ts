import { join } from 'node:path'
import { Fault, writeFileWhole } from '../../core/index.ts'
import { digestFile } from '../digest-file.ts'
import { manifestName } from '../manifest-name.ts'
import { manifestSchema } from '../manifest-schema.ts'
import { readManifest } from '../read-manifest.ts'
import type { Manifest } from '../types.ts'
import { compareText } from '../walk-set.ts'
import { describeStorage } from './describe-storage.ts'
import { isNoteWithoutFiles, storageFolder, storageManifest, storageSummary } from './names.ts'

/**
 * Takes the files of Storage that were downloaded into a sealed set into its manifest. What that says of the other files
 * stays as it was: they are not read, and nothing that changed since is hidden. Throws for a set that is encrypted or signed.
 */
export async function sealStorage(root: string): Promise<Manifest> {
  const manifest = await requireOpenSet(root)
  const storage = await describeStorage(root)
  if (storage === null) {
    throw new Fault('E_BACKUP_INCOMPLETE', `${root} holds no files of Storage`, { hint: 'download them first' })
  }
  const files = manifest.files.filter(({ name }) => !name.startsWith(`${storageFolder}/`))
  for (const name of [storageManifest, storageSummary]) {
    files.push({ name, kind: 'storage', ...(await digestFile(join(root, name), { sync: true })) })
  }
  files.sort((a, b) => compareText(a.name, b.name))
  const notes = manifest.notes?.filter((note) => !isNoteWithoutFiles(note))
  const sealed = manifestSchema.parse({ ...manifest, ...(notes && { notes }), files, storage })
  await writeFileWhole(join(root, manifestName), `${JSON.stringify(sealed, null, 2)}\n`)
  return sealed
}

/** The manifest of a set that can take something in: sealed, and neither encrypted nor signed. Throws for any other. */
export async function requireOpenSet(root: string): Promise<Manifest> {
  const { manifest } = await readManifest(join(root, manifestName))
  if (!manifest)
    throw new Fault('E_BACKUP_MANIFEST', `${root} is no sealed set`, { hint: 'take a backup into it first' })
  if (!manifest.signature && !manifest.encryption) return manifest
  throw new Fault('E_USAGE', `${root} is protected: nothing can be added to it`, {
    hint: 'download the files of Storage into the set before `rehearse protect`, or take them with the backup itself',
  })
}
