import { join } from 'node:path'
import { hasStorageFiles, inLanes, readStorageFiles, storageFolder, storageManifest } from '../storage/index.ts'
import type { BackupSet } from '../types.ts'
import { retrying, type RetryOptions } from './store-faults.ts'
import type { LocalFile, Store } from './types.ts'

/** A file of a set, and where it lies on this disk. */
export interface CarriedFile extends LocalFile {
  /** Relative to the set. */
  readonly name: string
}

/** The files of Storage in a set of this disk, so many at a time as the place takes; their manifest has to lie there whole. */
export async function eachStorageFile(
  { manifest, root }: Pick<BackupSet, 'manifest' | 'root'>,
  { lanes }: Store,
  work: (file: CarriedFile) => Promise<void>,
): Promise<void> {
  if (!hasStorageFiles(manifest)) return
  await inLanes(readStorageFiles(join(root, storageManifest)), lanes, async (file) => {
    await work({ ...file, path: join(root, file.name) })
  })
}

/** Sizes of what lies in the place of a set's files of Storage. In memory: some 150 bytes a file. */
export async function lyingThere(
  store: Store,
  set: string,
  options: RetryOptions,
): Promise<ReadonlyMap<string, number>> {
  const files = await retrying(() => store.list(`${set}/${storageFolder}/`, options.signal), options)
  return new Map(files.map(({ path, bytes }) => [path, bytes]))
}
