import { asFault, Fault, scrubLine, type Secret } from '../core/index.ts'
import { PgSession } from './pg-session.ts'
import { adviceOnFailure, adviceOnTransactionPooler, transactionPoolerPort } from './supabase-address.ts'
import { adviceOnTls, connectionText } from './tls.ts'
import type { Session } from './types.ts'

/** Where a connection leads: all of it that may be printed. */
export interface TargetPlace {
  /** A path is a Unix socket folder. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
}

const defaultPort = 5432
/** Over a network, with TLS, to a server that may just be waking up. */
const connectTimeoutMs = 15_000

/** Set when connecting, and read back: whatever drops it gives each transaction to another session. */
const probe = 'rehearse.session'

/**
 * Limits meant for an application would stop a restore; rows that row security hides would make a table look empty.
 */
const sessionOptions = [
  'client_min_messages=warning',
  'statement_timeout=0',
  'lock_timeout=0',
  'idle_in_transaction_session_timeout=0',
  'row_security=off',
  `${probe}=on`,
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

/** Reads where a connection URL leads. Throws `E_USAGE` for anything else, and never repeats it. */
export function placeOf(url: Secret): TargetPlace {
  const { hostname, port, pathname, username, searchParams } = parse(url)
  const user = searchParams.get('user') ?? username
  const database = pathname.slice(1) || user
  if (user === '') {
    throw new Fault('E_USAGE', `${url.source} names no user`, {
      hint: 'say who restores: postgresql://user@host:5432/database',
    })
  }
  const host = searchParams.get('host') ?? hostname.replace(/^\[(.+)\]$/, '$1')
  return { host, port: Number(searchParams.get('port') ?? (port || defaultPort)), database, user }
}

function parse(url: Secret): Pick<URL, 'hostname' | 'port' | 'pathname' | 'username' | 'searchParams'> {
  // A URL without a host (`@/db?host=/socket/folder`) is one to libpq and none to URL.
  const text = url.reveal().replace(/^(\w+:\/\/(?:[^/?]*@)?)(?=[/?])/, '$1localhost')
  try {
    const { protocol, hostname, port, pathname, username, searchParams } = new URL(text)
    if (protocol === 'postgres:' || protocol === 'postgresql:') {
      const [host = '', path = '', user = ''] = [hostname, pathname, username].map(decodeURIComponent)
      return { hostname: host, port, pathname: path, username: user, searchParams }
    }
  } catch (error) {
    // What does not parse may be a password: neither the error nor the text goes any further.
    if (!(error instanceof TypeError || error instanceof URIError)) throw error
  }
  throw new Fault('E_USAGE', `${url.source} is not a connection URL`, {
    hint: 'set it to postgresql://user:password@host:5432/database',
  })
}

/**
 * Opens a session that may write, on a server that is not ours. TLS as the URL says; a password from the URL, from
 * `PGPASSWORD` or from the password file, as libpq takes it. Throws `E_TARGET_UNREACHABLE` where nothing answers and
 * `E_TARGET_POOLER` where the session is none.
 */
export async function openTarget(url: Secret, options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
  if (placeOf(url).port === transactionPoolerPort) throw behindPooler(url)
  let session: PgSession
  try {
    session = await PgSession.open(
      {
        connectionString: connectionText(url),
        application_name: 'rehearse restore',
        client_encoding: 'UTF8',
        options: sessionOptions,
        connectionTimeoutMillis: connectTimeoutMs,
      },
      options.signal,
    )
  } catch (cause) {
    if (options.signal?.aborted) throw asFault(options.signal.reason)
    throw new Fault(
      'E_TARGET_UNREACHABLE',
      `cannot connect to the target (${url.source}): ${scrubLine(cause instanceof Error ? cause.message : String(cause))}`,
      {
        hint:
          adviceOnTls(url, cause) ??
          adviceOnFailure(placeOf(url), cause) ??
          'check the address, the password and the network; create the database first: createdb',
      },
    )
  }
  const [row] = await session.query(`select pg_catalog.current_setting('${probe}', true) as probe`)
  if (row?.['probe'] === 'on') return session
  await session[Symbol.asyncDispose]()
  throw behindPooler(url)
}

/** What a session that is none is answered with. */
export function behindPooler(url: Secret): Fault {
  return new Fault(
    'E_TARGET_POOLER',
    `${url.source} leads to a transaction-mode pooler, or sets \`options\` of its own`,
    {
      hint: `${adviceOnTransactionPooler(placeOf(url)) ?? 'use the direct connection or the session pooler (port 5432)'}, without \`options\` in the URL`,
    },
  )
}
