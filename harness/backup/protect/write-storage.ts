import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, forceToDisk, scrubLine } from '../../core/index.ts'
import { digestFile } from '../digest-file.ts'
import {
  readStorageFiles,
  storageArchive,
  storageFolder,
  storageManifest,
  writeTar,
  type StorageFile,
  type TarEntry,
} from '../storage/index.ts'
import type { Manifest } from '../types.ts'
import { decryptFile } from './decrypt-file.ts'
import { encryptFile, RunningDigest } from './encrypt-file.ts'
import { readChunks } from './read-chunks.ts'
import type { PlainSet, WriteProtectedOptions } from './write-protected.ts'

/**
 * The files of Storage of a set: encrypted as one tar archive, for their names are nobody's business either, and read back;
 * as they are where the set is signed only. Each has to be what the storage manifest says. In constant memory.
 */
export async function writeStorage(
  set: PlainSet,
  to: string,
  options: WriteProtectedOptions,
): Promise<Manifest['files']> {
  const files = readStorageFiles(set.pathOf(storageManifest))
  if (options.recipients.length === 0) {
    for await (const file of files) await copyOne(set.pathOf(file.name), join(to, file.name), file, options)
    return []
  }
  const name = `${storageArchive}.age`
  const path = join(to, name)
  const archive = writeTar(entriesOf(files, set, options))
  const { plain, sealed, fileKey } = await encryptFile(archive, path, options.recipients, options)
  const back = await decryptFile(path, options.identities ?? { fileKey }, { signal: options.signal })
  if (back.plain.sha256 !== plain.sha256 || back.sealed.sha256 !== sealed.sha256) {
    throw new Fault('E_CIPHERTEXT_DAMAGED', `${name} does not decrypt to what was encrypted`, {
      hint: 'see whether the disk is sound, and protect the set again',
    })
  }
  return [{ name, kind: 'storage', ...sealed, plain }]
}

/** By its path below `storage`, so that `tar x` lays it where a download does. */
async function* entriesOf(
  files: AsyncIterable<StorageFile>,
  set: PlainSet,
  options: WriteProtectedOptions,
): AsyncGenerator<TarEntry> {
  for await (const file of files) {
    const content = asSaid(readChunks(set.pathOf(file.name), options), file)
    yield { name: file.name.slice(storageFolder.length + 1), bytes: file.bytes, content }
  }
}

/** The same bytes; throws at their end where they are not those of the storage manifest. */
async function* asSaid(chunks: AsyncIterable<Buffer>, file: StorageFile): AsyncGenerator<Buffer> {
  const seen = new RunningDigest()
  yield* seen.all(chunks)
  const { bytes, sha256 } = seen.end()
  if (bytes !== file.bytes || sha256 !== file.sha256) throw changed(file)
}

async function copyOne(from: string, to: string, file: StorageFile, options: WriteProtectedOptions): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await copyFile(from, to)
  await chmod(to, 0o600)
  const { bytes, sha256 } = await digestFile(to, { signal: options.signal, sync: true })
  if (bytes !== file.bytes || sha256 !== file.sha256) throw changed(file)
  await forceToDisk(dirname(to))
}

function changed({ name }: StorageFile): Fault {
  return new Fault('E_DUMP_DAMAGED', `${scrubLine(name)} is not what it was when it was downloaded`, {
    hint: 'download the files of Storage again, or copy the set again from where it was made',
  })
}
