import type { SqlRunner } from '../core/index.ts'
import type { Session } from '../postgres/index.ts'

/** Since when the server runs without having crashed: its checkpointer is started anew after every crash. Null: hidden. */
export async function serverSince(session: SqlRunner): Promise<string | null> {
  const [row] = await session.query(
    "select a.backend_start::pg_catalog.text as since from pg_catalog.pg_stat_activity as a where a.backend_type operator(pg_catalog.=) 'checkpointer'",
  )
  return row?.['since'] ?? null
}

/**
 * A server that ended under the specs made them fail, not the backup: then none of them counts. A session that is gone
 * alone is none: a spec's copy ends all sessions of the original.
 */
export async function requireSameServer(
  session: Session,
  before: string | null,
  reconnect: () => Promise<Session>,
): Promise<void> {
  try {
    await session.query('select 1')
  } catch (lost) {
    if (before === null) throw lost
    await using another = await reconnect()
    if ((await serverSince(another)) !== before) throw lost
  }
}
