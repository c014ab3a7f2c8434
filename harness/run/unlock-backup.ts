import { dirname, join, resolve } from 'node:path'
import {
  isEncrypted,
  readIdentities,
  readPublicKey,
  trustOf,
  unlockSet,
  type BackupSet,
  type UnlockedSet,
} from '../backup/index.ts'
import type { ConfigValues } from '../config/index.ts'
import { faultCodes } from '../core/index.ts'
import type { FindingBook } from './finding-book.ts'
import type { Situation } from './situation.ts'

/** Where it is remembered which signed sets were seen: with the evidence, not with the sets. */
export function sequenceMemory({ out }: Pick<ConfigValues, 'out'>): string {
  return join(dirname(out), 'sequence.json')
}

/** The set as it can be read: decrypted if it is encrypted, with what its signature says. */
export async function unlockBackup(
  set: BackupSet,
  situation: Situation,
  environment: NodeJS.ProcessEnv,
  book: FindingBook,
): Promise<UnlockedSet> {
  const { values } = situation.config
  await judgeSignature(set, values, book)
  if (!isEncrypted(set)) return { set, problems: [], async [Symbol.asyncDispose]() {} }
  const { identity, plaintext: folder } = values.encrypt
  const identities = identity === null ? null : await readIdentities(identity, environment)
  let read = 0
  situation.progress.begin(
    'find backup',
    set.files.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  const unlocked = await unlockSet(set, {
    identities,
    folder,
    clock: situation.clock,
    signal: situation.signal,
    onBytes: (bytes) => situation.progress.advance((read += bytes)),
  })
  for (const { code, object, message, hint } of unlocked.problems) {
    if (faultCodes[code] === 'backup') book.differs('artefacts', object, message, { remedy: hint })
    else book.notChecked('artefacts', object, message, hint)
  }
  if (unlocked.problems.length === 0) book.same('artefacts', set.name, `${set.name} was decrypted with ${identity}`)
  return unlocked
}

async function judgeSignature(set: BackupSet, values: ConfigValues, book: FindingBook): Promise<void> {
  const { publicKey } = values.signing
  const findings = await trustOf(set, {
    identities: null,
    publicKey: publicKey === null ? null : await readPublicKey(publicKey),
    memory: sequenceMemory(values),
    // One that was named may well be an older one.
    isLatest: resolve(values.backup.path) !== set.root,
  })
  for (const { status, code, object, message, hint } of findings) {
    if (status === 'differs') book.differs('artefacts', object, message, { remedy: hint ?? 'do not restore it' })
    else if (status === 'same') book.same('artefacts', object, message)
    // Who asks for no key gets the answer as before.
    else if (code === 'E_SIGNATURE_UNCHECKED') book.notice('artefacts', object, message, hint ?? null)
  }
}
