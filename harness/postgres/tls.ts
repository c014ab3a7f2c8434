import type { Secret } from '../core/index.ts'
import { supabaseAddressOf } from './supabase-address.ts'

const modes = /([?&]sslmode=)([^&#]*)/g

/**
 * The URL as our client is given it. Every mode that asks for TLS is held to the certificate and the name: a later version
 * of the client would take libpq's word for `require`, which trusts anyone. Supabase offers TLS everywhere, and where the
 * URL says nothing of it rows go through it all the same, to whoever answers there.
 */
export function connectionText(url: Secret): string {
  const text = url.reveal()
  if (/[?&](?:ssl\w*|uselibpqcompat)=/.test(text)) {
    return isLibpqs(text) ? text : text.replaceAll(modes, (all, name: string, mode: string) => name + heldTo(mode, all))
  }
  if (!leadsToSupabase(text)) return text
  const [, address = '', fragment = ''] = /^([^#]*)(#.*)?$/s.exec(text) ?? []
  return `${address}${address.includes('?') ? '&' : '?'}sslmode=no-verify${fragment}`
}

function leadsToSupabase(text: string): boolean {
  // A URL without a host leads to a socket, or where the environment says.
  if (!URL.canParse(text)) return false
  const { hostname, searchParams } = new URL(text)
  return supabaseAddressOf({ host: searchParams.get('host') ?? hostname, port: 0, user: '' }) !== null
}

/** Said by who knows what it means. */
function isLibpqs(text: string): boolean {
  return /[?&]uselibpqcompat=true/.test(text)
}

function heldTo(mode: string, all: string): string {
  return ['require', 'prefer', 'verify-ca'].includes(mode) ? 'verify-full' : all.slice(all.indexOf('=') + 1)
}

/** Of a certificate that nobody here knows: Node's and OpenSSL's words for it. */
const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
])

/** Of Supabase's server and its pooler, where a project lets nobody in without TLS, and for other things. */
const maybeForWantOfTls = new Set(['28000', 'XX000'])

/** Of an address of Supabase whose URL turns TLS off; null for every other. */
export function adviceOnPlainText(url: Secret): string | null {
  const text = url.reveal()
  if (!leadsToSupabase(text) || !/[?&](?:sslmode=disable|ssl=(?:0|false))(?=&|#|$)/.test(text)) return null
  return 'rows would cross the network as plain text, and a project that enforces SSL refuses it: take sslmode=disable out'
}

/** What to do where TLS is, or may be, why a connection failed; null where the failure is another. */
export function adviceOnTls(url: Secret, error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (maybeForWantOfTls.has(code)) return adviceOnPlainText(url)
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'the server’s certificate has another name: write the host as the certificate has it, or find out who answers there'
  if (!untrusted.has(code)) return null
  const where = leadsToSupabase(url.reveal()) ? ' (dashboard, Database → Settings, SSL configuration)' : ''
  return `the server’s certificate is looked at, with sslmode=require too: name the one of its authority, sslmode=verify-full&sslrootcert=<file>${where}; sslmode=no-verify encrypts for whoever answers there`
}
