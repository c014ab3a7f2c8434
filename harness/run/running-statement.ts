import { scrubLine, type Row } from '../core/index.ts'
import { beginReadOnly } from '../facts/index.ts'
import type { Session } from '../postgres/index.ts'

/** Opens a session of a database; of the server's own one where none is named. */
export type Opening = (database: string | null) => Promise<Session>

/** So many tables a message names. */
const mostNamed = 3
const timeoutMs = 1_000

/** The statement that has run longest. $1: on a server that others use too, how our sessions of this database are called. 13 to 18. */
const longest = `
  SELECT a.pid::text AS pid, a.datname::text AS database, a.query
  FROM pg_catalog.pg_stat_activity AS a
  WHERE a.state = 'active' AND a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()
    AND ($1::text IS NULL OR a.application_name = $1 AND a.datname = pg_catalog.current_database())
  ORDER BY a.query_start, a.pid
  LIMIT 1`

/** The tables that a backend has locked, those first that it changes or builds upon. 13 to 18. */
const lockedTables = `
  SELECT n.nspname || '.' || c.relname AS name
  FROM pg_catalog.pg_locks AS l
  JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE l.pid = $1::integer AND l.locktype = 'relation' AND l.granted AND c.relkind IN ('r', 'p', 'm')
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  GROUP BY n.nspname, c.relname
  ORDER BY pg_catalog.bool_and(l.mode = 'AccessShareLock'), n.nspname, c.relname`

/**
 * What a server has been busy with for longest, for a person: `COPY public.item was running, with public.item locked`.
 * Null when it is idle. A statement is told by its first words alone, for rows may stand in the others; of several sent
 * together nobody can see which one runs, and the tables stand for them.
 */
export async function describeRunning(open: Opening, applicationName: string | null = null): Promise<string | null> {
  const [running] = await ask(await open(null), longest, [applicationName])
  if (!running?.['pid'] || !running['database']) return null
  const locked = await ask(await open(running['database']), lockedTables, [running['pid']])
  const names = locked.flatMap(({ name }) => name ?? [])
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
  const tables = names.length > 0 ? `, with ${names.slice(0, mostNamed).join(', ')}${more} locked` : ''
  return scrubLine(`${firstWords(running['query'] ?? '')} was running${tables}`)
}

/** Up to where a value, an expression or a body may begin. */
function firstWords(query: string): string {
  const text = query.replace(/^(?:\s|--[^\n]*\n)+/, '')
  // A block has semicolons of its own, and is never sent with others.
  if (!/^DO\b/i.test(text) && /;\s*[^\s-]/.test(text)) return 'one of several statements'
  const [words = ''] = text.split(/[('$;=\n]|\s[-+.]?\d/)
  return words.trim() === '' ? 'a statement' : scrubLine(words, 80)
}

async function ask(opened: Session, query: string, values: readonly (string | null)[]): Promise<readonly Row[]> {
  await using session = opened
  await beginReadOnly(session, { statementTimeoutMs: timeoutMs, lockTimeoutMs: timeoutMs })
  return await session.query(query, values)
}
