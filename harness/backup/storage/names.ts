import { formatCount } from '../../core/index.ts'
import type { Manifest } from '../types.ts'

/** Folder of a set that holds the files of Supabase Storage, as `rehearse storage download` lays them. */
export const storageFolder = 'storage'
/** By whose digest in the set's manifest every file below `storage/files` is known. */
export const storageManifest = `${storageFolder}/storage-manifest.jsonl`
export const storageSummary = `${storageFolder}/storage-summary.json`
/** What `storage/files` is in an encrypted set: a tar archive, so that not even the names can be read. */
export const storageArchive = `${storageFolder}/files.tar`

/** Of the folder's own entries those that belong to a set; not what a download that has not ended left. */
export function isStorageEntry(entry: string): boolean {
  return /^(?:storage-manifest\.jsonl|storage-summary\.json|files\.tar(?=\.age))(?:\.age)?$/.test(entry)
}

export function isStorageFile(name: string): boolean {
  return name.startsWith(`${storageFolder}/files/`)
}

const withoutFiles = 'the files of Supabase Storage are not in it'

/** Said of a set that was taken without them, though its database names some. */
export function noteWithoutFiles(objects: number): string {
  return `${withoutFiles} (${formatCount(objects)} in storage.objects): rehearse storage download <set>/${storageFolder}, or back up with --storage`
}

export function isNoteWithoutFiles(note: string): boolean {
  return note.startsWith(withoutFiles)
}

type SetWithStorage = Manifest & { readonly storage: NonNullable<Manifest['storage']> }

/** Whether the files lie beside the storage manifest, and not in an archive. */
export function hasStorageFiles(manifest: Manifest | null): manifest is SetWithStorage {
  return manifest?.storage !== undefined && manifest.encryption === undefined
}
