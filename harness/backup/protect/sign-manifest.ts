import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Fault } from '../../core/index.ts'
import type { Manifest } from '../types.ts'
import { readKeyText, type KeyPlace } from './identities.ts'

/* So that a signature made for another purpose never fits. */
const purpose = 'rehearsal-manifest-v1\n'

/** The manifest with a signature over everything else that it says. Ed25519. */
export function signManifest(manifest: Manifest, key: KeyObject): Manifest {
  const unsigned: Manifest = { ...manifest, signature: undefined }
  const publicKey = publicText(createPublicKey(key))
  const value = sign(null, signedBytes(unsigned), key).toString('base64')
  return { ...manifest, signature: { algorithm: 'ed25519', publicKey, value } }
}

export type SignatureState = 'valid' | 'unsigned' | 'other key' | 'forged'

/** Whether the manifest was signed with that key, as it is. The key that it names itself proves nothing. */
export function checkSignature(manifest: Manifest, publicKey: KeyObject): SignatureState {
  if (!manifest.signature) return 'unsigned'
  const value = Buffer.from(manifest.signature.value, 'base64')
  if (verify(null, signedBytes({ ...manifest, signature: undefined }), publicKey, value)) return 'valid'
  return manifest.signature.publicKey === publicText(publicKey) ? 'forged' : 'other key'
}

/** Does its signature fit the key that it names? No proof of who signed, but of damage. */
export function fitsItself(manifest: Manifest): boolean {
  if (!manifest.signature) return true
  return checkSignature(manifest, parsePublicKey(manifest.signature.publicKey, 'the manifest')) === 'valid'
}

/** `ed25519:` and the 32 bytes in base64. */
export function publicText(key: KeyObject): string {
  const { x } = key.export({ format: 'jwk' })
  return `ed25519:${Buffer.from(x ?? '', 'base64url').toString('base64')}`
}

/** A private key in PEM (`openssl genpkey -algorithm ed25519`), by file or variable. */
export async function readSigningKey(
  place: KeyPlace,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<KeyObject> {
  const text = await readKeyText(place, environment)
  try {
    return requireEd25519(createPrivateKey(text), place)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw noSigningKey(place, 'holds no private key in PEM')
  }
}

/** A public key: `ed25519:…`, or a PEM file. */
export async function readPublicKey(given: string): Promise<KeyObject> {
  if (given.startsWith('ed25519:')) return parsePublicKey(given, 'the public key')
  const text = await readFile(given, 'utf8').catch((cause: unknown) => {
    throw new Fault('E_PATH_NOT_FOUND', `cannot read the public key ${given}`, { hint: 'check the path', cause })
  })
  if (text.trim().startsWith('ed25519:')) return parsePublicKey(text.trim(), given)
  // A private key would be taken as well, and has no business here.
  if (text.includes('PRIVATE')) throw noSigningKey(given, 'holds a private key where the public one is meant')
  try {
    return requireEd25519(createPublicKey(text), given)
  } catch (cause) {
    if (cause instanceof Fault) throw cause
    throw noSigningKey(given, 'holds no public key in PEM')
  }
}

function parsePublicKey(text: string, where: string): KeyObject {
  const raw = Buffer.from(text.slice('ed25519:'.length), 'base64')
  if (raw.length !== 32) throw noSigningKey(where, 'is no ed25519 public key')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' })
}

function requireEd25519(key: KeyObject, where: string): KeyObject {
  if (key.asymmetricKeyType !== 'ed25519')
    throw noSigningKey(where, `holds a key of type ${key.asymmetricKeyType ?? '?'}`)
  return key
}

function noSigningKey(where: string, what: string): Fault {
  return new Fault('E_USAGE', `${where} ${what}`, { hint: 'openssl genpkey -algorithm ed25519 -out signing.pem' })
}

/** What the manifest says, without its signature, its keys in order: the same bytes whoever wrote it. */
function signedBytes(unsigned: Manifest): Buffer {
  return Buffer.from(purpose + JSON.stringify(inOrder(unsigned)))
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)]))
}
