/** Where a connection leads, as far as Supabase's names tell it. */
export type SupabaseAddress =
  | { readonly kind: 'direct'; readonly ref: string }
  | {
      readonly kind: 'pooler'
      /** By port: 6543 gives each transaction another session, 5432 keeps one. */
      readonly mode: 'session' | 'transaction'
      readonly host: string
      /** Of the user `postgres.<ref>`; null where the user has another shape, which the pooler does not know. */
      readonly ref: string | null
    }

/** Supabase's (and PgBouncer's usual) transaction-mode pooler: settings, snapshots and locks don't hold there. */
export const transactionPoolerPort = 6543

export interface Place {
  readonly host: string
  readonly port: number
  readonly user: string
}

/** Null for every other server, and for a custom domain, which says nothing. */
export function supabaseAddressOf({ host, port, user }: Place): SupabaseAddress | null {
  const name = host.toLowerCase().replace(/\.$/, '')
  const ref = /^db\.([a-z]{20})\.supabase\.(?:co|com|net|red)$/.exec(name)?.[1]
  if (ref !== undefined) return { kind: 'direct', ref }
  if (!/^[a-z0-9-]+\.pooler\.supabase\.com$/.test(name)) return null
  const mode = port === transactionPoolerPort ? 'transaction' : 'session'
  return { kind: 'pooler', mode, host: name, ref: /^[^.]+\.([a-z]{20})$/.exec(user)?.[1] ?? null }
}

const lookUp = 'the whole of it is in the dashboard under Connect, "Session pooler"'

/** The shape of the address that works everywhere. Which host serves a project can't be known from its name. */
export function sessionPoolerShape(ref: string, host = 'aws-N-<region>.pooler.supabase.com'): string {
  return `postgresql://postgres.${ref}@${host}:5432/postgres`
}

/** Of connecting: there is no way there, or nobody answers. What has no code is a client's own timeout. */
const unreached = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENODATA',
  'ETIMEDOUT',
])

/** The pooler answers an unknown project, and a user of the wrong shape, with an internal error. */
const internalError = 'XX000'

/** What to do about a connection that failed, where Supabase's way of naming servers explains it; else null. */
export function adviceOnFailure(place: Place, error: unknown): string | null {
  const address = supabaseAddressOf(place)
  if (address === null) return null
  const codes = codesOf(error)
  const isUnreached = codes.length === 0 || codes.some((code) => unreached.has(code))
  if (address.kind === 'direct') {
    if (!isUnreached) return null
    return adviceOnIpv6(address.ref)
  }
  if (address.ref === null) return adviceOnUser(address.host)
  if (codes.some((code) => ['ENOTFOUND', 'ENODATA'].includes(code))) {
    return `no pooler of that name was found: it begins with aws-0 or aws-1 and has the project’s region; ${lookUp}`
  }
  if (codes.includes(internalError)) {
    return `this pooler does not know ${address.ref}: another host (aws-0 or aws-1, another region) serves it, or it is paused; ${lookUp}`
  }
  return null
}

/** Of a pooler that gives each transaction another session: the right address, as far as it is known. */
export function adviceOnTransactionPooler(place: Place): string | null {
  const address = supabaseAddressOf(place)
  if (place.port !== transactionPoolerPort || address === null) return null
  if (address.kind === 'direct') {
    return `the same host on port 5432 is the direct connection, which needs IPv6; the session pooler works everywhere: ${sessionPoolerShape(address.ref)}`
  }
  return `the same host on port 5432 is the session pooler: ${sessionPoolerShape(address.ref ?? '<ref>', address.host)}`
}

/** What an address lets one know before it is tried; null: nothing against it. */
export function adviceBeforehand(place: Place, hasIpv6: boolean): string | null {
  if (place.port === transactionPoolerPort) {
    return (
      adviceOnTransactionPooler(place) ??
      'port 6543 is a transaction-mode pooler and is refused: use the direct connection'
    )
  }
  const address = supabaseAddressOf(place)
  if (address?.kind === 'direct' && !hasIpv6) return adviceOnIpv6(address.ref)
  return address?.kind === 'pooler' && address.ref === null ? adviceOnUser(address.host) : null
}

function adviceOnIpv6(ref: string): string {
  return `db.${ref}.supabase.co has an IPv6 address only, unless the project has the IPv4 add-on (a paused or deleted project has none): use the session pooler, ${sessionPoolerShape(ref)}; ${lookUp}`
}

function adviceOnUser(host: string): string {
  return `the pooler tells projects apart by the user: postgres.<ref>, ${sessionPoolerShape('<ref>', host)}; ${lookUp}`
}

/** A name with several addresses fails with several errors at once. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return []
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : []
  return error instanceof AggregateError ? [...own, ...error.errors.flatMap(codesOf)] : own
}
