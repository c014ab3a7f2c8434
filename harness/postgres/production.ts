import { Fault, scrubLine, type Secret } from '../core/index.ts'
import { PgSession } from './pg-session.ts'
import type { Session } from './types.ts'

/** Supabase's (and PgBouncer's usual) transaction-mode pooler: session settings and snapshots don't hold there. */
const transactionPoolerPort = '6543'

/** We never wait behind production's own locks: giving up is UNDECIDED, blocking is an outage. */
const lockTimeoutMs = 100
const statementTimeoutMs = 300_000
const connectTimeoutMs = 15_000

/**
 * Opens the one session a rehearsal has on production: every transaction read-only by default, timeouts set, row
 * security an error instead of a filter. Callers begin a read-only transaction and read its state back (`facts/`).
 */
export async function openProduction(url: Secret, options: { readonly signal?: AbortSignal } = {}): Promise<Session> {
  refusePooler(url)
  let session: PgSession
  try {
    session = await PgSession.open(
      {
        connectionString: url.reveal(),
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
      `cannot connect to production (${url.source}): ${scrubLine(cause instanceof Error ? cause.message : String(cause))}`,
      {
        hint: 'check the address, the password and the network; a Supabase direct host needs IPv6, its session pooler (port 5432) does not',
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

function refusePooler(url: Secret): void {
  let ports: (string | null)[]
  try {
    // A URL without a host (`@/db?host=/socket/folder`) is one to libpq and none to URL.
    const { port, searchParams } = new URL(url.reveal().replace(/^(\w+:\/\/(?:[^/?]*@)?)(?=[/?])/, '$1localhost'))
    ports = [port, ...searchParams.getAll('port')]
  } catch {
    throw new Fault('E_USAGE', `${url.source} is not a connection URL`, {
      hint: 'set it to postgresql://user:password@host:5432/database',
    })
  }
  if (!ports.includes(transactionPoolerPort)) return
  throw new Fault(
    'E_PRODUCTION_POOLER',
    `${url.source} points at port ${transactionPoolerPort}, a transaction-mode pooler`,
    {
      hint: 'use the direct connection or the session pooler (port 5432): a consistent snapshot needs one session',
    },
  )
}
