import { Fault, scrubLine, type SqlRunner } from '../../core/index.ts'
import type { LostAttempt } from './lost-attempts.ts'
import { failureOf, type ToolEnd } from './run-tool.ts'

/** Why pg_dump came to nothing, while our locks are still held. Throws where another attempt would end as this one did. */
export async function whyLost(sql: SqlRunner, ended: ToolEnd, writtenBytes: number): Promise<LostAttempt> {
  const busy = await whoWantsTable(sql)
  if (busy !== null) {
    const fault = new Fault('E_SOURCE_BUSY', `each time it was tried, somebody wanted a table to himself: ${busy}`, {
      hint: 'back up when no migration is running, and nothing truncates tables',
    })
    return { lost: 'busy', why: busy, fault }
  }
  const fault = failureOf({ program: 'pg_dump' }, ended)
  if (ended.endedBy !== null || writtenBytes > 0) throw fault
  return { lost: 'failed', why: fault.message, fault }
}

/**
 * What a server says of a view, a function or a sequence that a snapshot shows and that is gone (`XX000` is its "cache
 * lookup failed"): no lock of ours keeps those. Anything else is thrown on.
 */
export function lostToADrop(thrown: unknown): LostAttempt {
  if (!(thrown instanceof Fault) || !goneStates.has(thrown.facts['sqlstate'])) throw thrown
  return { lost: 'failed', why: `something was dropped or replaced meanwhile: ${thrown.message}`, fault: thrown }
}

const goneStates: ReadonlySet<unknown> = new Set(['XX000', '42P01', '42704', '42883', '3F000'])

/**
 * Who waits to have one of the tables to himself, or has it: whoever asks for it after him waits behind him. Null where
 * there is nobody. A table of an uncommitted transaction's own is nobody else's concern, and not in the catalogue.
 */
export async function whoWantsTable(sql: SqlRunner): Promise<string | null> {
  const [row] = await sql.query(`
    SELECT pg_catalog.format('%s %I.%I', CASE WHEN l.granted THEN 'has' ELSE 'waits for' END, n.nspname, c.relname) AS what,
      l.pid, a.usename AS role, a.application_name AS application
    FROM pg_catalog.pg_locks AS l
      JOIN pg_catalog.pg_class AS c ON c.oid = l.relation JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
    WHERE l.mode = 'AccessExclusiveLock' AND l.locktype = 'relation' AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
    ORDER BY l.granted, n.nspname, c.relname, l.pid LIMIT 1`)
  if (row === undefined) return null
  const by = [row['application'], row['role']].filter(Boolean).join(', ')
  return scrubLine(`${row['what'] ?? ''}, process ${row['pid'] ?? ''}${by === '' ? '' : ` (${by})`}`, 200)
}
