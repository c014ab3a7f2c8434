import type { KeyObject } from 'node:crypto'
import { chmod, copyFile, mkdir, rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Fault, forceToDisk, writeFileWhole } from '../../core/index.ts'
import { checkFiles } from '../check-files.ts'
import { manifestName } from '../manifest-name.ts'
import { manifestSchema } from '../manifest-schema.ts'
import type { ProcessWatch } from '../keep/set-lease.ts'
import type { BackupSet, Manifest } from '../types.ts'
import { openUnpublished } from '../unpublished-folder.ts'
import { decryptFile } from './decrypt-file.ts'
import { encryptFile } from './encrypt-file.ts'
import type { Identities } from './identities.ts'
import type { ReadChunksOptions } from './read-chunks.ts'
import { signManifest } from './sign-manifest.ts'

export interface ProtectOptions extends ReadChunksOptions {
  /** Public keys; empty: the files stay readable. */
  readonly recipients: readonly string[]
  /** With it the set is proven to open now. Otherwise only what was written is read back. */
  readonly identities?: Identities | undefined
  readonly signing?: SigningChain | undefined
  /** With it, what a killed process left in the same place is removed, and ours would be. */
  readonly processes?: ProcessWatch | undefined
}

export interface SigningChain {
  readonly key: KeyObject
  /** One more than the last set that was signed. */
  readonly sequence: number
  /** SHA-256 of that set's manifest; null for the first. */
  readonly previous: string | null
}

export interface ProtectedSet {
  readonly root: string
  readonly manifest: Manifest
  /** `identity`: decrypted as one would on the bad day; `read back`: with the file's own key; `none`: not encrypted. */
  readonly proven: 'identity' | 'read back' | 'none'
}

/**
 * A sealed set, encrypted and signed, as a new folder: there whole or not at all (temporary name, flushed, renamed). The
 * manifest stays readable and says the digests of both texts. Every file is read back from the disk and decrypted; one
 * that does not open is a failed set, and nothing is left. The source stays as it is.
 */
export async function protectSet(source: BackupSet, target: string, options: ProtectOptions): Promise<ProtectedSet> {
  const manifest = requireReady(source)
  await requireIntact(source, options)
  const root = resolve(target)
  await using work = await openUnpublished(root, options.processes)
  const files = await writeFiles(source, manifest, work.path, options)
  const written = complete(manifest, files, options)
  await writeFileWhole(join(work.path, manifestName), `${JSON.stringify(written, null, 2)}\n`)
  await publish(work.path, root)
  const proven = options.recipients.length === 0 ? 'none' : options.identities ? 'identity' : 'read back'
  return { root, manifest: written, proven }
}

function requireReady(source: BackupSet): Manifest {
  const { manifest } = source
  if (!manifest) {
    throw new Fault('E_USAGE', `${source.name} has no manifest`, { hint: 'only a sealed set can be protected' })
  }
  const problem = source.problems.find(({ notice }) => !notice)
  if (problem) throw new Fault(problem.code, problem.message, { hint: problem.hint })
  if (manifest.encryption)
    throw new Fault('E_USAGE', `${source.name} is encrypted already`, { hint: 'push it as it is' })
  return manifest
}

async function requireIntact(source: BackupSet, { signal }: ProtectOptions): Promise<void> {
  const bad = (await checkFiles(source, { signal })).find(({ state }) => state !== 'intact' && state !== 'extra')
  if (bad) throw new Fault('E_DUMP_DAMAGED', bad.message, { hint: bad.hint ?? 'take a fresh backup' })
}

async function writeFiles(source: BackupSet, manifest: Manifest, work: string, options: ProtectOptions) {
  const paths = new Map(source.files.flatMap(({ parts }) => parts).map(({ name, path }) => [name, path]))
  const files: Manifest['files'] = []
  for (const file of manifest.files) {
    const from = paths.get(file.name) ?? join(source.root, file.name)
    await mkdir(dirname(join(work, file.name)), { recursive: true, mode: 0o700 })
    if (options.recipients.length === 0) {
      const to = join(work, file.name)
      await copyFile(from, to)
      await chmod(to, 0o600)
      await forceToDisk(to)
      files.push(file)
      continue
    }
    const name = `${file.name}.age`
    const to = join(work, name)
    const { plain, sealed, fileKey } = await encryptFile(from, to, options.recipients, options)
    const back = await decryptFile(to, options.identities ?? { fileKey }, { signal: options.signal })
    const isSame = back.plain.sha256 === file.sha256 && back.sealed.sha256 === sealed.sha256
    if (!isSame || plain.sha256 !== file.sha256) {
      throw new Fault('E_CIPHERTEXT_DAMAGED', `${name} does not decrypt to what was encrypted`, {
        hint: 'see whether the disk is sound, and protect the set again',
      })
    }
    files.push({ ...file, name, ...sealed, plain })
  }
  return files
}

function complete(manifest: Manifest, files: Manifest['files'], { recipients, signing }: ProtectOptions): Manifest {
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

async function publish(work: string, root: string): Promise<void> {
  await forceToDisk(work)
  try {
    // Takes the place of an empty folder, never of another set.
    await rename(work, root)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw cause
    throw new Fault('E_USAGE', `${root} is there already`, { hint: 'name a folder that is not', cause })
  }
  await forceToDisk(dirname(root))
}
