import { Fault, Secret } from '../../core/index.ts'
import type { Environment } from './project-ref.ts'

const tokenVariable = 'SUPABASE_ACCESS_TOKEN'
const addressVariable = 'REHEARSAL_MANAGEMENT_API'
const usualAddress = 'https://api.supabase.com'
const local = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Where the Management API is, and the token that it takes. */
export interface ManagementAccess {
  readonly address: URL
  readonly token: Secret
}

/** The token comes from the environment alone. Throws `E_ENV_MISSING`, `E_USAGE`. */
export function readAccess(environment: Environment): ManagementAccess {
  const token = environment[tokenVariable]?.trim() ?? ''
  if (token === '') {
    throw new Fault('E_ENV_MISSING', `${tokenVariable} is not set`, {
      hint: 'make a token under Account → Access Tokens, and put it into the variable; reading backups is all it needs',
      facts: { variable: tokenVariable },
    })
  }
  /* A header can't hold anything else; and the error of trying would repeat it. */
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Fault('E_USAGE', `what ${tokenVariable} holds is no token`, { hint: 'copy it again: sbp_…, in one line' })
  }
  return { address: addressOf(environment[addressVariable]?.trim()), token: new Secret(token, `env:${tokenVariable}`) }
}

/** The token travels there: over TLS, or within this machine. */
function addressOf(text: string | undefined): URL {
  if (text === undefined || text === '') return new URL(usualAddress)
  const url = URL.canParse(text) ? new URL(text) : null
  const isFit = url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && local.has(url.hostname)))
  if (isFit && url.username === '' && url.password === '') return url
  throw new Fault('E_USAGE', `what ${addressVariable} holds is no address that a token may be sent to`, {
    hint: `https://…, or http://localhost…; without the variable it is ${usualAddress}`,
  })
}
