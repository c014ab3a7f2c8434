import { createPublicKey, type KeyObject } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConfigValues } from '../../config/index.ts'
import { Fault } from '../../core/index.ts'
import { listSets } from '../list-sets.ts'
import { manifestName } from '../manifest-name.ts'
import type { Manifest } from '../types.ts'
import { readIdentities, type Identities } from './identities.ts'
import { readRecipients } from './recipients.ts'
import { digestManifest, readSeen, rememberSeen, type SeenSet } from './sequence-memory.ts'
import { publicText, readSigningKey } from './sign-manifest.ts'
import type { SigningChain } from './write-protected.ts'

/** How sets are protected here: every key read, none of them used yet. */
export interface Protection {
  /** Public keys; empty: sets are signed only. */
  readonly recipients: readonly string[]
  /** Proves that what was encrypted opens. */
  readonly identities: Identities | null
  readonly signing: { readonly key: KeyObject; readonly memory: string } | null
}

/**
 * Reads what the config says of protecting. `memory`: the file that remembers which signed sets were seen. Throws
 * `E_USAGE` where it names neither a recipient nor a signing key, and as the readers of keys do.
 */
export async function readProtection(
  { encrypt, signing }: Pick<ConfigValues, 'encrypt' | 'signing'>,
  memory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Protection> {
  const { recipients: keys, recipientsFile, identity } = encrypt
  const isEncrypted = keys.length > 0 || recipientsFile !== null
  if (!isEncrypted && signing.key === null) {
    throw new Fault('E_USAGE', 'neither a recipient nor a signing key is named', {
      hint: '--recipients age1…, --signing-key env:NAME, or encrypt and signing in the config',
    })
  }
  const files = recipientsFile === null ? [] : [recipientsFile]
  return {
    recipients: isEncrypted ? await readRecipients({ recipients: keys, files }) : [],
    identities: identity === null ? null : await readIdentities(identity, environment),
    signing: signing.key === null ? null : { key: await readSigningKey(signing.key, environment), memory },
  }
}

/** The place in the chain of the set that is signed next; null where sets are not signed. `folder`: where it goes. */
export async function nextInChain({ signing }: Protection, folder: string): Promise<SigningChain | null> {
  if (signing === null) return null
  const last = await lastSigned(signing.key, signing.memory, folder)
  return { key: signing.key, sequence: (last?.sequence ?? 0) + 1, previous: last?.digest ?? null }
}

/** Writes down that the set was signed, so that no older one passes for it. */
export async function rememberSigned({ signing }: Protection, root: string, manifest: Manifest): Promise<void> {
  const { sequence } = manifest
  if (signing === null || sequence === undefined) return
  const digest = await digestManifest(join(root, manifestName))
  await rememberSeen(signing.memory, publicText(createPublicKey(signing.key)), { sequence, digest })
}

/** The newest set of that key: that is remembered here, or that lies where the new one goes. */
async function lastSigned(key: KeyObject, memory: string, folder: string): Promise<SeenSet | null> {
  const publicKey = publicText(createPublicKey(key))
  let last = await readSeen(memory, publicKey)
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  )
  for (const { manifest, root } of isThere ? (await listSets(folder)).sets : []) {
    if (manifest?.signature?.publicKey !== publicKey || manifest.sequence === undefined) continue
    if (manifest.sequence <= (last?.sequence ?? 0)) continue
    last = { sequence: manifest.sequence, digest: await digestManifest(join(root, manifestName)) }
  }
  return last
}
