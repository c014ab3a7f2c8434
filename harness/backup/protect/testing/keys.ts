import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { readIdentities, type Identities } from '../identities.ts'

export interface TestKey {
  readonly text: string
  readonly recipient: string
  readonly identities: Identities
}

/** A fresh key pair of age. */
export async function freshKey(): Promise<TestKey> {
  const text = await generateIdentity()
  return {
    text,
    recipient: await identityToRecipient(text),
    identities: await readIdentities('env:KEY', { KEY: text }),
  }
}

export function signingPair(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject; readonly pem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKey, pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
}
