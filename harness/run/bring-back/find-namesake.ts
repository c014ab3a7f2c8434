import { asFault, type SqlRunner } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'
import { findFilledTable } from './find-content.ts'

export interface TargetServer {
  /** In the target, in no transaction. */
  readonly session: SqlRunner
  /** In another database of the server. */
  readonly enter: (database: string) => Promise<Session>
  readonly signal: AbortSignal
}

/**
 * A database of the target's server that is called as production's and holds rows, in words; null where there is none.
 * Production that can't be asked may stand behind the port that the target is reached by, and then this finds it. What
 * can't be looked into may hold anything. `target` is its own name there, whatever a pooler calls it. Not seen: production
 * whose name, as we know it, is one that a pooler made up.
 */
export async function findNamesake(
  { session, enter, signal }: TargetServer,
  target: string,
  names: readonly string[],
): Promise<string | null> {
  const there = await session.query(
    'SELECT d.datname AS name FROM pg_catalog.pg_database AS d WHERE pg_catalog.jsonb_exists($1::jsonb, d.datname) ORDER BY 1',
    [JSON.stringify(names)],
  )
  for (const row of there) {
    const name = row['name'] ?? ''
    const inside = name === target ? await rowsIn(session) : await lookInto(name, enter, signal)
    if (inside !== null) return `its server has a database ${name}, as production has, ${inside}`
  }
  return null
}

async function lookInto(name: string, enter: TargetServer['enter'], signal: AbortSignal): Promise<string | null> {
  try {
    await using session = await enter(name)
    return await rowsIn(session)
  } catch (thrown) {
    signal.throwIfAborted()
    const fault = asFault(thrown)
    if (fault.kind === 'defect') throw fault
    return `which can't be looked into (${fault.message})`
  }
}

async function rowsIn(session: SqlRunner): Promise<string | null> {
  const table = await findFilledTable(session)
  return table === null ? null : `with rows in it (${table})`
}
