import type { Duplex } from 'node:stream'
import { Client } from 'pg'
import { Fault, scrubLine, type Secret } from '../core/index.ts'
import { connectionText } from './tls.ts'

/** A connection that is past its start, and idle. What is said on it from here on is its owner's to write and to read. */
export interface Wire extends AsyncDisposable {
  readonly stream: Duplex
  /** What the server has reported of its settings (ParameterStatus), by name. */
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * Opens a connection for a program that speaks the protocol itself, so that it needs to know neither address nor password:
 * TLS and authentication as the URL says. Throws `E_PRODUCTION_UNREACHABLE`.
 * https://www.postgresql.org/docs/current/protocol-flow.html
 */
export async function openWire(url: Secret, applicationName: string): Promise<Wire> {
  const client = new Client({
    connectionString: connectionText(url),
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  })
  const parameters = new Map<string, string>()
  client.connection.on('parameterStatus', (said: { parameterName: string; parameterValue: string }) =>
    parameters.set(said.parameterName, said.parameterValue),
  )
  client.on('error', () => {})
  try {
    await client.connect()
    // pg asks for UTF-8, always; libpq for what the database is in.
    await client.query(
      `SELECT pg_catalog.set_config('client_encoding', pg_catalog.current_setting('server_encoding'), false)`,
    )
  } catch (cause) {
    await client.end().catch(() => {})
    const said = scrubLine(cause instanceof Error ? cause.message : String(cause))
    throw new Fault('E_PRODUCTION_UNREACHABLE', `cannot connect to the database (${url.source}): ${said}`, {
      hint: 'check the address, the password and the network',
    })
  }
  const { stream } = client.connection
  // Between two statements the client's reader holds nothing back.
  stream.removeAllListeners('data')
  return {
    stream,
    parameters,
    [Symbol.asyncDispose]: async () => void stream.destroy(),
  }
}

const connectTimeoutMs = 15_000
