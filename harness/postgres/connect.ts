import { asFault, Fault, scrubLine } from '../core/index.ts'
import { PgSession } from './pg-session.ts'
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
function sessionOptions(major = 0): string {
  const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']
  if (major >= 14) limits.push('idle_session_timeout')
  if (major >= 17) limits.push('transaction_timeout')
  const settings = ['client_min_messages=warning', ...limits.map((limit) => `${limit}=0`)]
  // As the server itself is set: a login trigger that raises would shut us out of a database that turns them on again.
  if (major >= 17) settings.push('event_triggers=off')
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
        options: sessionOptions(address.major),
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
