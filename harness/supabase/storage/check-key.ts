import { Fault, type Secret } from '../../core/index.ts'

/**
 * Refuses a key that row security applies to: with it, a listing leaves out what it may not see, without a word, and a
 * backup made with it looks whole.
 */
export function checkKey(key: Secret): void {
  const text = key.reveal()
  if (!text.startsWith('sb_publishable_') && roleOf(text) !== 'anon' && roleOf(text) !== 'authenticated') return
  throw new Fault('E_STORE_REFUSED', `${key.source} holds a public key, from which row security hides objects`, {
    hint: 'name the secret key of the project: sb_secret_…, or the service_role key',
  })
}

/** The role in a key of the older kind, which is a JWT. */
function roleOf(key: string): string | null {
  const [, payload] = key.split('.')
  if (payload === undefined) return null
  const text = Buffer.from(payload, 'base64url').toString()
  return /"role"\s*:\s*"([a-z_]+)"/.exec(text)?.[1] ?? null
}
