import { Fault, scrubLine, type Secret } from '../core/index.ts'
import { PgSession } from './pg-session.ts'
import { adviceOnFailure, adviceOnTransactionPooler, transactionPoolerPort, type Place } from './supabase-address.ts'
import { adviceOnTls, connectionText } from './tls.ts'
import type { Session } from './types.ts'

/** We never wait behind production's own locks: giving up is UNDECIDED, blocking is an outage. */
const lockTimeoutMs = 100
const statementTimeoutMs = 300_000
const connectTimeoutMs = 15_000

/**
 * Opens the one session a rehearsal has on production: every transaction read-only by default, timeouts set, row
 * security an error instead of a filter. Callers begin a read-only transaction and read its state back (`facts/`).
 */
export async function openProduction(url: Secret, options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
  const place = refusePooler(url)
  let session: PgSession
  try {
    session = await PgSession.open(
      {
        connectionString: connectionText(url),
        application_name: 'rehearse (read-only)',
        client_encoding: 'UTF8',
        options: `-c default_transaction_read_only=on -c statement_timeout=${statementTimeoutMs} -c lock_timeout=${lockTimeoutMs} -c idle_in_transaction_session_timeout=${statementTimeoutMs}`,
        connectionTimeoutMillis: connectTimeoutMs,
      },
      options.signal,
    )
  } catch (cause) {
    throw new Fault(
      'E_PRODUCTION_UNREACHABLE',
      `cannot connect to the database (${url.source}): ${scrubLine(cause instanceof Error ? cause.message : String(cause))}`,
      {
        hint:
          adviceOnTls(url, cause) ??
          adviceOnFailure(place, cause) ??
          `check the address, the password${hasPassword(url) ? '' : ' (there is none in the URL)'} and the network`,
      },
    )
  }
  const [row] = await session.query("select pg_catalog.current_setting('default_transaction_read_only') as read_only")
  if (row?.['read_only'] === 'on') return session
  await session[Symbol.asyncDispose]()
  throw new Fault('E_PRODUCTION_WRITABLE', `production (${url.source}) did not take the read-only setting`, {
    hint: 'connect directly or through a session-mode pooler, not a transaction-mode one',
  })
}

function refusePooler(url: Secret): Place {
  let ports: (string | null)[]
  let place: Place
  try {
    // A URL without a host (`@/db?host=/socket/folder`) is one to libpq and none to URL.
    const { hostname, port, username, searchParams } = new URL(
      url.reveal().replace(/^(\w+:\/\/(?:[^/?]*@)?)(?=[/?])/, '$1localhost'),
    )
    ports = [port, ...searchParams.getAll('port')]
    const host = searchParams.get('host') ?? hostname
    place = { host, port: Number(searchParams.get('port') ?? port), user: searchParams.get('user') ?? decode(username) }
  } catch {
    throw new Fault('E_USAGE', `${url.source} is not a connection URL`, {
      hint: 'set it to postgresql://user:password@host:5432/database',
    })
  }
  if (!ports.includes(String(transactionPoolerPort))) return place
  throw new Fault(
    'E_PRODUCTION_POOLER',
    `${url.source} points at port ${transactionPoolerPort}, a transaction-mode pooler`,
    {
      hint: `${adviceOnTransactionPooler(place) ?? 'use the direct connection or the session pooler (port 5432)'}; a consistent snapshot needs one session`,
    },
  )
}

function hasPassword(url: Secret): boolean {
  return /^\w+:\/\/[^/?@]*:[^/?]*@|[?&]password=/.test(url.reveal())
}

function decode(text: string): string {
  return text.includes('%') ? decodeURIComponent(text) : text
}
