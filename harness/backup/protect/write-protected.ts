import type { KeyObject } from 'node:crypto'
import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, forceToDisk, writeFileWhole } from '../../core/index.ts'
import { manifestName } from '../manifest-name.ts'
import { manifestSchema } from '../manifest-schema.ts'
import { hasStorageFiles } from '../storage/index.ts'
import type { Manifest } from '../types.ts'
import { decryptFile } from './decrypt-file.ts'
import { encryptFile } from './encrypt-file.ts'
import type { Identities } from './identities.ts'
import type { ReadChunksOptions } from './read-chunks.ts'
import { signManifest } from './sign-manifest.ts'
import { writeStorage } from './write-storage.ts'

export interface SigningChain {
  readonly key: KeyObject
  /** One more than the last set that was signed. */
  readonly sequence: number
  /** SHA-256 of that set's manifest; null for the first. */
  readonly previous: string | null
}

export interface WriteProtectedOptions extends ReadChunksOptions {
  /** Public keys; empty: the files stay readable. */
  readonly recipients: readonly string[]
  /** With it the set is proven to open now. Otherwise only what was written is read back. */
  readonly identities?: Identities | null | undefined
  readonly signing?: SigningChain | null | undefined
}

/** `identity`: decrypted as one would on the bad day; `read back`: with the file's own key; `none`: not encrypted. */
export type Proof = 'identity' | 'read back' | 'none'

export function proofOf({ recipients, identities }: Pick<WriteProtectedOptions, 'recipients' | 'identities'>): Proof {
  if (recipients.length === 0) return 'none'
  return identities ? 'identity' : 'read back'
}

/** A sealed set in plain text, and where each of its files lies. */
export interface PlainSet {
  readonly manifest: Manifest
  pathOf(name: string): string
}

/**
 * Writes a sealed set encrypted and signed into an empty folder, its manifest last; the folder's name and its being
 * forced to the disk are the caller's. Every file is read back from the disk and decrypted: throws
 * `E_CIPHERTEXT_DAMAGED` or `E_KEY_WRONG` for one that does not open.
 */
export async function writeProtected(set: PlainSet, to: string, options: WriteProtectedOptions): Promise<Manifest> {
  const files: Manifest['files'] = []
  for (const file of set.manifest.files) files.push(await writeFile(set.pathOf(file.name), to, file, options))
  if (hasStorageFiles(set.manifest)) files.push(...(await writeStorage(set, to, options)))
  const written = complete(set.manifest, files, options)
  await writeFileWhole(join(to, manifestName), `${JSON.stringify(written, null, 2)}\n`)
  return written
}

type ManifestFile = Manifest['files'][number]

async function writeFile(
  from: string,
  folder: string,
  file: ManifestFile,
  options: WriteProtectedOptions,
): Promise<ManifestFile> {
  await mkdir(dirname(join(folder, file.name)), { recursive: true, mode: 0o700 })
  if (options.recipients.length === 0) {
    const to = join(folder, file.name)
    await copyFile(from, to)
    await chmod(to, 0o600)
    await forceToDisk(to)
    return file
  }
  const name = `${file.name}.age`
  const to = join(folder, name)
  const { plain, sealed, fileKey } = await encryptFile(from, to, options.recipients, options)
  const back = await decryptFile(to, options.identities ?? { fileKey }, { signal: options.signal })
  const isSame = back.plain.sha256 === file.sha256 && back.sealed.sha256 === sealed.sha256
  if (!isSame || plain.sha256 !== file.sha256) {
    throw new Fault('E_CIPHERTEXT_DAMAGED', `${name} does not decrypt to what was encrypted`, {
      hint: 'see whether the disk is sound, and protect the set again',
    })
  }
  return { ...file, name, ...sealed, plain }
}

function complete(
  manifest: Manifest,
  files: Manifest['files'],
  { recipients, signing }: WriteProtectedOptions,
): Manifest {
  const parsed = manifestSchema.parse({
    ...manifest,
    files,
    encryption: recipients.length === 0 ? undefined : { format: 'age', recipients },
    sequence: signing?.sequence,
    previous: signing?.previous ?? undefined,
    signature: undefined,
  })
  return signing ? signManifest(parsed, signing.key) : parsed
}
