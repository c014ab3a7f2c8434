import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import {
  isEncrypted,
  manifestName,
  openSet,
  readIdentities,
  readPublicKey,
  storageFolder,
  storageManifest,
  trustOf,
  unlockSet,
  type BackupSet,
} from '../harness/backup/index.ts'
import type { ConfigValues } from '../harness/config/index.ts'
import { Fault } from '../harness/core/index.ts'
import { storageMarks } from '../harness/supabase/storage/index.ts'

/** Files of Storage to read. Plain text of encrypted ones goes when it is disposed. */
export interface OpenedDownload extends AsyncDisposable {
  readonly folder: string
}

/**
 * The download that is named: by its own folder, or by that of the set it lies in, decrypted where the set is encrypted. The
 * dump beside it stays as it is. Throws `E_KEY_MISSING` and what else keeps an encrypted set from being read.
 */
export async function openDownload(
  named: string,
  values: Pick<ConfigValues, 'encrypt' | 'signing'>,
  signal: AbortSignal,
): Promise<OpenedDownload> {
  const inSet = join(named, storageFolder)
  const folder = !(await isDownload(named)) && (await isDownload(inSet)) ? inSet : named
  if (await isDownload(folder)) return { folder, [Symbol.asyncDispose]: async () => undefined }
  const root = basename(resolve(named)) === storageFolder ? dirname(resolve(named)) : named
  const set = (await isThere(join(root, manifestName))) ? await openSet(root) : null
  return set && isEncrypted(set)
    ? await unlock(set, values, signal)
    : { folder, [Symbol.asyncDispose]: async () => undefined }
}

async function unlock(
  sealed: BackupSet,
  { encrypt, signing }: Pick<ConfigValues, 'encrypt' | 'signing'>,
  signal: AbortSignal,
): Promise<OpenedDownload> {
  const publicKey = signing.publicKey === null ? null : await readPublicKey(signing.publicKey)
  const trust = await trustOf(sealed, { identities: null, publicKey, memory: null, isLatest: false })
  const bad = trust.find(({ status }) => status === 'differs')
  if (bad) throw new Fault(bad.code ?? 'E_BACKUP_SIGNATURE', bad.message, { hint: bad.hint ?? 'do not restore it' })
  const identities = encrypt.identity === null ? null : await readIdentities(encrypt.identity, process.env)
  const files = sealed.manifest?.files.filter(({ name }) => name.startsWith(`${storageFolder}/`)) ?? []
  if (files.length === 0 || sealed.manifest === null) {
    throw new Fault('E_BACKUP_INCOMPLETE', `${sealed.name} holds no files of Storage`, { hint: 'name another set' })
  }
  await using opening = new AsyncDisposableStack()
  const only = { ...sealed, manifest: { ...sealed.manifest, files } }
  const unlocked = opening.use(await unlockSet(only, { identities, folder: encrypt.plaintext, signal }))
  const [problem] = [
    ...sealed.problems.filter(({ object }) => object?.startsWith(`${storageFolder}/`)),
    ...unlocked.problems,
  ]
  if (problem) throw new Fault(problem.code, problem.message, { hint: problem.hint })
  const manifest = unlocked.set.files.find(({ name }) => name === storageManifest)
  if (manifest === undefined) {
    throw new Fault('E_BACKUP_FILE_MISSING', `${sealed.name} has no ${storageManifest}`, {
      hint: 'fetch the set again',
    })
  }
  const held = opening.move()
  return { folder: dirname(manifest.path), [Symbol.asyncDispose]: async () => held.disposeAsync() }
}

async function isDownload(folder: string): Promise<boolean> {
  for (const name of storageMarks) if (await isThere(join(folder, name))) return true
  return false
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}
