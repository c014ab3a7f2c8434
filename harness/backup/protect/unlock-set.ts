import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asFault, Fault, writeFileWhole, type Clock } from '../../core/index.ts'
import { manifestName } from '../manifest-name.ts'
import { openSet } from '../open-set.ts'
import { problem } from '../problem.ts'
import type { BackupPart, BackupProblem, BackupSet, Manifest } from '../types.ts'
import { decryptFile } from './decrypt-file.ts'
import type { Identities } from './identities.ts'
import { storageArchive } from '../storage/index.ts'
import { unpackStorage } from './unlock-storage.ts'
import { plaintextFolder } from './plaintext-folder.ts'
import type { ReadChunksOptions } from './read-chunks.ts'

export interface UnlockOptions extends ReadChunksOptions {
  readonly identities: Identities | null
  readonly clock?: Clock | undefined
  /** Where plain text may lie; null: in memory. */
  readonly folder: string | null
}

export interface UnlockedSet extends AsyncDisposable {
  /** What came to light by decrypting; among the set's problems too. */
  readonly problems: readonly BackupProblem[]
  /** Reads like any set; its root and its id are those of the encrypted one. */
  readonly set: BackupSet
}

export function isEncrypted(set: Pick<BackupSet, 'manifest'>): boolean {
  return set.manifest?.encryption !== undefined
}

/**
 * The set as it was before it was encrypted, in a private folder that goes when it is disposed of. Throws `E_KEY_MISSING`
 * without an identity. A file that can't be decrypted is a problem of the set, and the others are still there.
 */
export async function unlockSet(sealed: BackupSet, options: UnlockOptions): Promise<UnlockedSet> {
  const { manifest } = sealed
  if (!manifest?.encryption) return { set: sealed, problems: [], async [Symbol.asyncDispose]() {} }
  const identities = options.identities ?? needKey(sealed)
  const bytes = manifest.files.reduce((sum, file) => sum + (file.plain?.bytes ?? file.bytes), 0)
  await using opening = new AsyncDisposableStack()
  const folder = opening.use(await plaintextFolder(bytes, options.folder))
  const parts = new Map(sealed.files.flatMap((file) => file.parts).map((part) => [part.name, part]))
  const problems: BackupProblem[] = []
  for (const file of manifest.files) {
    const part = parts.get(file.name)
    if (!part?.present) continue
    const wrong = await unlockFile(part, file, folder.path, manifest, { ...options, identities })
    if (wrong) problems.push(wrong)
  }
  await writeFileWhole(join(folder.path, manifestName), JSON.stringify(plainManifest(manifest)))
  const plain = await openSet(folder.path, options.clock)
  const set: BackupSet = {
    ...plain,
    root: sealed.root,
    manifest,
    extra: sealed.extra,
    problems: [
      ...sealed.problems,
      ...problems,
      ...plain.problems.filter(({ code }) => code !== 'E_BACKUP_FILE_MISSING'),
    ],
  }
  const held = opening.move()
  return { set, problems, [Symbol.asyncDispose]: async () => held.disposeAsync() }
}

async function unlockFile(
  part: BackupPart,
  file: Manifest['files'][number],
  folder: string,
  manifest: Manifest,
  options: ReadChunksOptions & { readonly identities: Identities },
): Promise<BackupProblem | null> {
  const to = join(folder, plainName(file.name))
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  try {
    const into = async (pieces: AsyncIterable<Buffer>): Promise<void> => unpackStorage(pieces, folder)
    const place = isStorageArchive(file) ? { into } : { to }
    const found = await decryptFile(part.path, options.identities, { ...options, ...place })
    if (found.sealed.sha256 === file.sha256) return null
    return problem('E_CIPHERTEXT_DAMAGED', `${file.name} decrypts, and is not the file that the manifest names`, {
      hint: 'somebody put another in its place, or a copy went wrong: do not rely on this set',
      object: file.name,
    })
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind === 'defect' || fault.code === 'E_INTERRUPTED' || fault.code === 'E_DISK_FULL') throw thrown
    const judged = judgeKey(fault, manifest, options.identities)
    if (judged.kind === 'environment') throw judged
    return problem(judged.code, `${file.name}: ${judged.message}`, {
      hint: judged.hint ?? 'fetch it again',
      object: file.name,
    })
  }
}

/** An identity whose public key the manifest lists must open the file: if it doesn't, the file is damaged, not the key wrong. */
export function judgeKey(fault: Fault, manifest: Manifest, identities: Identities): Fault {
  const isListed = identities.recipients.some((recipient) => manifest.encryption?.recipients.includes(recipient))
  if (fault.code !== 'E_KEY_WRONG' || !isListed) return fault
  return new Fault('E_CIPHERTEXT_DAMAGED', `${identities.source} is listed as a recipient and does not open it`, {
    hint: 'it was damaged, or encrypted to others than its manifest says: take a fresh backup',
    cause: fault,
  })
}

function needKey(set: BackupSet): never {
  const recipients = set.manifest?.encryption?.recipients ?? []
  throw new Fault('E_KEY_MISSING', `${set.name} is encrypted, and no identity was given`, {
    hint: `set REHEARSAL_IDENTITY to env:NAME or to a key file of ${recipients.map((text) => text.slice(0, 16)).join('… or ')}…`,
  })
}

function plainManifest(manifest: Manifest): Manifest {
  const single = manifest.files.filter((file) => !isStorageArchive(file))
  const files = single.map(({ plain, ...file }) => ({ ...file, name: plainName(file.name), ...plain }))
  return { ...manifest, files, encryption: undefined, signature: undefined }
}

function isStorageArchive({ name }: Manifest['files'][number]): boolean {
  return name === `${storageArchive}.age`
}

function plainName(name: string): string {
  return name.replace(/\.age$/, '')
}
