import { asFault, Fault, scrubLine, type Secret } from '../core/index.ts'
import { PgSession } from './pg-session.ts'
import { remoteProbe, remoteUrl } from './remote.ts'
import { adviceOnFailure } from './supabase-address.ts'
import { behindPooler, placeOf } from './target.ts'
import { adviceOnTls, connectionText } from './tls.ts'
import type { ServerAddress, Session } from './types.ts'

export interface ConnectOptions {
  readonly signal?: AbortSignal
  readonly applicationName?: string
}

/** How long a disposable server on this machine may take to accept a connection. It answers in milliseconds or never. */
const connectTimeoutMs = 10_000

/**
 * Stronger than what the dump's ALTER DATABASE and ALTER ROLE say: limits meant for an application would stop a restore.
 * Never empty: pg would fall back to PGOPTIONS.
 */
function sessionOptions({ major = 0, url, isSuperuser = true }: ServerAddress): string {
  const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']
  if (major >= 14) limits.push('idle_session_timeout')
  if (major >= 17) limits.push('transaction_timeout')
  const settings = ['client_min_messages=warning', ...limits.map((limit) => `${limit}=0`)]
  // As the server itself is set: a login trigger that raises would shut us out of a database that turns them on again.
  // Only a superuser may, and without one a dump brings no such trigger.
  if (major >= 17 && isSuperuser) settings.push('event_triggers=off')
  if (url !== undefined) settings.push(`${remoteProbe}=on`)
  return settings.map((setting) => `-c ${setting}`).join(' ')
}

/**
 * Opens a session on a disposable server. Nothing is taken from PG* environment variables. Throws `E_ENGINE_START`
 * when nothing answers.
 */
export async function connect(
  address: ServerAddress,
  database: string,
  options: ConnectOptions = {},
): Promise<Session> {
  if (address.url !== undefined) return connectRemote(address, address.url, database, options)
  try {
    return await PgSession.open(
      {
        host: address.host,
        port: address.port,
        user: address.user,
        password: address.password ?? '',
        database,
        ssl: false,
        client_encoding: 'UTF8',
        application_name: options.applicationName ?? 'rehearse',
        options: sessionOptions(address),
        connectionTimeoutMillis: connectTimeoutMs,
      },
      options.signal,
    )
  } catch (cause) {
    if (options.signal?.aborted) throw asFault(options.signal.reason)
    throw new Fault(
      'E_ENGINE_START',
      `cannot connect to database ${database}: ${scrubLine(cause instanceof Error ? cause.message : String(cause))}`,
      {
        hint: 'look at the end of the server log',
        cause,
      },
    )
  }
}

/** Over a network, with TLS, to a server that may just be waking up. */
const remoteTimeoutMs = 15_000

/**
 * Opens a session on a server that is not ours. TLS and password as its URL says. Throws `E_TARGET_UNREACHABLE` where
 * nothing answers, `E_TARGET_POOLER` where the session is none.
 */
async function connectRemote(
  address: ServerAddress,
  url: Secret,
  database: string,
  options: ConnectOptions,
): Promise<Session> {
  let session: PgSession
  try {
    session = await PgSession.open(
      {
        connectionString: connectionText(remoteUrl(url, database)),
        client_encoding: 'UTF8',
        application_name: options.applicationName ?? 'rehearse',
        options: sessionOptions(address),
        connectionTimeoutMillis: remoteTimeoutMs,
      },
      options.signal,
    )
  } catch (cause) {
    if (options.signal?.aborted) throw asFault(options.signal.reason)
    if (cause instanceof Fault) throw cause
    const said = scrubLine(cause instanceof Error ? cause.message : String(cause))
    throw new Fault('E_TARGET_UNREACHABLE', `cannot connect to the server (${url.source}): ${said}`, {
      hint:
        adviceOnTls(url, cause) ??
        adviceOnFailure(placeOf(url), cause) ??
        'check the address, the password and the network',
      cause,
    })
  }
  const [row] = await session.query(`SELECT pg_catalog.current_setting('${remoteProbe}', true) AS probe`)
  if (row?.['probe'] === 'on') return session
  await session[Symbol.asyncDispose]()
  throw behindPooler(url)
}
