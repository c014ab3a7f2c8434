import { Fault, Secret } from '../core/index.ts'
import { looksLikeConnection, looksLikeSecret } from './looks-like-secret.ts'

/**
 * The connection behind a name: `env:DATABASE_URL`. A connection typed out is refused, for it would stand in the
 * shell's history and in every process list.
 */
export function resolveConnection(connection: string, env: Readonly<Record<string, string | undefined>>): Secret {
  const match = /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(connection)
  if (!match?.[1]) {
    if (looksLikeSecret(connection) || looksLikeConnection(connection)) throw secretInArgument('the connection')
    throw new Fault('E_USAGE', 'this is not the name of a connection', {
      hint: 'name the environment variable that holds the connection: env:DATABASE_URL',
    })
  }
  const value = env[match[1]]?.trim()
  if (value === undefined || value === '') {
    throw new Fault(
      'E_ENV_MISSING',
      `${connection} is named, and ${match[1]} is ${value === '' ? 'empty' : 'not set'}`,
      {
        hint: `set it: export ${match[1]}='postgresql://…' (direct or session connection, a read-only role)`,
        facts: { variable: match[1] },
      },
    )
  }
  return new Secret(value, connection)
}

/** What was typed is never repeated: it may be the secret. */
export function secretInArgument(where: string, variable = 'DATABASE_URL'): Fault {
  return new Fault('E_SECRET_IN_ARGUMENT', `${where} is written out`, {
    hint: `put it into an environment variable and name that: env:${variable}; change it if this was logged`,
  })
}
