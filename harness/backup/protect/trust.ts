import type { KeyObject } from 'node:crypto'
import type { FaultCode } from '../../core/index.ts'
import type { Manifest } from '../types.ts'
import type { SeenSet } from './sequence-memory.ts'
import { checkSignature, fitsItself } from './sign-manifest.ts'

/** What was looked at in a set, and what came of it. */
export interface SetFinding {
  readonly status: 'same' | 'differs' | 'not-checked'
  readonly code: FaultCode | null
  readonly object: string | null
  readonly message: string
  readonly hint: string | null
}

export interface TrustOptions {
  /** The key that sets have to be signed with; null: none was named. */
  readonly publicKey: KeyObject | null
  /** The newest set of that key that was seen here before. */
  readonly seen: SeenSet | null
  /** It is taken for the newest there is: an older one than was seen before is then a replay. */
  readonly isLatest: boolean
  /** SHA-256 of `manifest.json`. */
  readonly digest: string
}

/**
 * Who made the set, and whether it is the newest. A valid signature proves that dump and digests were not replaced
 * together by somebody without the key; what it can't prove is that nothing newer was withheld on the first look.
 */
export function judgeTrust(manifest: Manifest, { publicKey, seen, isLatest, digest }: TrustOptions): SetFinding[] {
  if (!fitsItself(manifest)) return [forged('the manifest was changed since it was signed')]
  if (publicKey === null) {
    if (!manifest.signature) return []
    return [
      finding(
        'not-checked',
        'E_SIGNATURE_UNCHECKED',
        'it is signed, and no public key was named to check it with',
        'name the key that your sets are signed with: --public-key, signing.publicKey',
      ),
    ]
  }
  const state = checkSignature(manifest, publicKey)
  switch (state) {
    case 'unsigned':
      return [forged('it is not signed, and the sets of this project are')]
    case 'other key':
      return [forged('it is signed with another key than the one named')]
    case 'forged':
      return [forged('the manifest was changed since it was signed')]
    case 'valid':
      return [
        finding('same', null, 'it is signed with the key named'),
        ...judgeSequence(manifest, digest, seen, isLatest),
      ]
    default:
      throw new TypeError(`unhandled ${JSON.stringify(state satisfies never)}`)
  }
}

function judgeSequence(manifest: Manifest, digest: string, seen: SeenSet | null, isLatest: boolean): SetFinding[] {
  const { sequence } = manifest
  if (sequence === undefined || seen === null) return []
  if (sequence === seen.sequence && digest !== seen.digest) {
    return [stale(`it has the number ${sequence}, and another set of that number was seen before`)]
  }
  if (isLatest && sequence < seen.sequence) {
    return [
      stale(
        `it is number ${sequence}, and number ${seen.sequence} was seen before: an older set stands in the place of the latest`,
      ),
    ]
  }
  if (sequence === seen.sequence + 1 && manifest.previous !== seen.digest) {
    return [stale(`it follows another set than the number ${seen.sequence} that was seen before`)]
  }
  return [finding('same', null, `number ${sequence}, none newer was seen here before`)]
}

function forged(message: string): SetFinding {
  return finding(
    'differs',
    'E_BACKUP_SIGNATURE',
    `signature: ${message}`,
    'do not restore it; find out who can write where the sets are kept',
  )
}

function stale(message: string): SetFinding {
  return finding(
    'differs',
    'E_BACKUP_STALE',
    message,
    'look for the newer set; find out who can write where the sets are kept',
  )
}

function finding(
  status: SetFinding['status'],
  code: FaultCode | null,
  message: string,
  hint: string | null = null,
): SetFinding {
  return { status, code, object: 'manifest.json', message, hint }
}
