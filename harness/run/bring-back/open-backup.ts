import {
  findLatestSet,
  isEncrypted,
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
  readonly chosen: ChosenSet
}

/** Which set is brought back. */
export interface ChosenSet {
  readonly name: string
  readonly root: string
  /** ISO 8601, UTC; null where nothing says when it was taken. */
  readonly createdAt: string | null
  /** What was named is a folder of sets, and this is its newest whole one. */
  readonly isLatest: boolean
  /** Newer ones that are not whole, a line each. */
  readonly passedOver: readonly string[]
}

/**
 * The set, decrypted if it is encrypted: the one that is named, or of a folder of sets the newest whole one. One that is not signed as it has to be is refused, and so is one that is older
 * than another that was seen here, unless it is the one that is meant.
 */
export async function openBackup(request: BringBackRequest): Promise<OpenedBackup> {
  const { path, clock, progress, signal, environment } = request
  progress.begin('find backup')
  const sealed = await findLatestSet(path, clock)
  const chosen = choiceOf(sealed)
  const trust = await requireTrust(sealed, request)
  const { identity, plaintext } = request.encrypt ?? { identity: null, plaintext: null }
  const identities = isEncrypted(sealed) && identity !== null ? await readIdentities(identity, environment) : null
  const unlocked = await unlockSet(sealed, { identities, folder: plaintext, clock, signal })
  progress.end('find backup', sealed.name)
  return { ...unlocked, trust, chosen }
}

/** Two backups in one folder are never one: what one of them lacks is not taken from the other. */
function choiceOf({ name, root, createdAt, passedOver }: BackupSet): ChosenSet {
  // A newer one that something damaged may be the one that is meant: that is for a person to say.
  const damaged = passedOver?.find(({ notice }) => !notice)
  if (damaged) {
    throw new Fault(damaged.code, `which set is meant? ${damaged.message}`, {
      hint: `name the one to restore; the newest whole one is ${name}, in ${root}`,
    })
  }
  return {
    name,
    root,
    createdAt: createdAt?.toISOString() ?? null,
    isLatest: passedOver !== undefined,
    passedOver: passedOver?.map(({ message }) => message) ?? [],
  }
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
