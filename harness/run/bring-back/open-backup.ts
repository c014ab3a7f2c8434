import {
  isEncrypted,
  openSet,
  readIdentities,
  readPublicKey,
  trustOf,
  unlockSet,
  type BackupSet,
  type UnlockedSet,
} from '../../backup/index.ts'
import { Fault } from '../../core/index.ts'
import type { BringBackRequest } from './types.ts'

export interface OpenedBackup extends UnlockedSet {
  /** What its signature says, a line each. */
  readonly trust: readonly string[]
}

/**
 * The set, decrypted if it is encrypted. One that is not signed as it has to be is refused, and so is one that is older
 * than another that was seen here, unless it is the one that is meant.
 */
export async function openBackup(request: BringBackRequest): Promise<OpenedBackup> {
  const { path, clock, progress, signal, environment } = request
  progress.begin('find backup')
  const sealed = await openSet(path, clock)
  const trust = await requireTrust(sealed, request)
  const { identity, plaintext } = request.encrypt ?? { identity: null, plaintext: null }
  const identities = isEncrypted(sealed) && identity !== null ? await readIdentities(identity, environment) : null
  const unlocked = await unlockSet(sealed, { identities, folder: plaintext, clock, signal })
  progress.end('find backup', sealed.name)
  return { ...unlocked, trust }
}

async function requireTrust(set: BackupSet, { signing }: BringBackRequest): Promise<readonly string[]> {
  const { publicKey, memory, older } = signing ?? { publicKey: null, memory: null, older: false }
  const findings = await trustOf(set, {
    identities: null,
    publicKey: publicKey === null ? null : await readPublicKey(publicKey),
    memory,
    isLatest: !older,
  })
  const bad = findings.find(({ status }) => status === 'differs')
  if (bad === undefined) return findings.map(({ message }) => message)
  const { code, message, hint } = bad
  const isOlder = code === 'E_BACKUP_STALE' && !older
  throw new Fault(code ?? 'E_BACKUP_SIGNATURE', message, {
    hint: `${hint ?? 'do not restore it'}${isOlder ? '; if you mean this older one, say so: --older' : ''}`,
  })
}
