import { availableParallelism } from 'node:os'
import { Fault, type SqlRunner } from '../../core/index.ts'
import type { EngineNeed } from '../types.ts'
import type { ServerState } from './look-at-server.ts'

/** Beside those that load, compare and look: our own, that of the dump, one to spare. */
const connectionsBeside = 3

/**
 * Whether a server can be a disposable one, as far as it says so itself. Throws, before anything is written; `source` is
 * how the user named it. `superuser`: the login that the user named to restore as one.
 */
export function requireFit(
  state: ServerState,
  {
    need,
    source,
    superuser,
  }: { readonly need: EngineNeed; readonly source: string; readonly superuser: string | null },
): void {
  const { login } = state
  if (state.isStandby) {
    throw new Fault('E_TARGET_READ_ONLY', `the server (${source}) is a standby`, {
      hint: 'name a server of its own: a standby is a copy of another, and takes no writes',
    })
  }
  if (state.isReadOnly) {
    throw new Fault('E_TARGET_READ_ONLY', `the server (${source}) is read-only for ${login}`, {
      hint: 'default_transaction_read_only is on for that server, database or login: name one that takes writes',
    })
  }
  if (need.major !== null && state.major < need.major) {
    throw new Fault(
      'E_TARGET_VERSION',
      `the dump is of PostgreSQL ${need.major}, the server (${source}) is ${state.version}`,
      {
        hint: `name a server of PostgreSQL ${need.major} or newer`,
      },
    )
  }
  if (state.isSuperuser && superuser !== login) {
    throw unfit(
      `${login} is a superuser of the server (${source}): code in the dump could do anything to it`,
      `make a login for it: CREATE ROLE rehearsal LOGIN CREATEDB CREATEROLE; or, on a server that is for this alone, say engine.superuser: '${login}'`,
    )
  }
  const lacking = [state.mayCreateDatabases ? null : 'CREATEDB', state.mayCreateRoles ? null : 'CREATEROLE']
    .filter((right) => right !== null)
    .join(' ')
  if (lacking !== '') {
    throw unfit(
      `${login} lacks ${lacking} on the server (${source})`,
      `ALTER ROLE ${login} ${lacking}, as a superuser there`,
    )
  }
  const needed = availableParallelism() + connectionsBeside
  if (state.connectionsLeft < needed) {
    throw unfit(
      `the server (${source}) has ${Math.max(state.connectionsLeft, 0)} connections left for ${login}, and ${needed} are needed`,
      'raise max_connections there, or the connection limit of the login',
    )
  }
}

/**
 * A pooler that hands out sessions by transaction gives each statement to whatever session is free: locks, settings and
 * the place where we are would be somebody else's.
 */
export async function requireOneSession(sql: SqlRunner, source: string): Promise<void> {
  const pid = 'SELECT pg_catalog.pg_backend_pid()::text AS pid'
  const pids = new Set<string | null | undefined>()
  for (const text of [pid, 'BEGIN READ ONLY', pid, 'COMMIT', pid]) {
    const [row] = await sql.query(text)
    if (text === pid) pids.add(row?.['pid'])
  }
  if (pids.size === 1) return
  throw new Fault('E_TARGET_POOLER', `${source} leads to a transaction-mode pooler`, {
    hint: 'use the direct connection or the session pooler (port 5432)',
  })
}

function unfit(message: string, hint: string): Fault {
  return new Fault('E_SERVER_UNFIT', message, { hint })
}
