import { quoteLiteral, type SqlRunner } from '../core/index.ts'
import { sqlstateOf } from './read-sights.ts'

/** One statement to be tried. */
export interface Attempt {
  readonly statement: string
  /** It may well fail: then it is sent alone, until such go well. */
  readonly isDoubtful: boolean
}

/** Attempts sent at once: of a small write, most of the time is spent asking. */
const attemptsTogether = 10

/**
 * What each statement fails with as somebody with these settings; null where it does not, undefined where the time was
 * over. What it does is undone at once, deferred constraints are checked too. In the caller's transaction.
 */
export async function tryWrites(
  sql: SqlRunner,
  settings: Readonly<Record<string, string>>,
  attempts: readonly Attempt[],
  { endsAtMs, signal }: { readonly endsAtMs: number; readonly signal?: AbortSignal | undefined },
): Promise<ReadonlyMap<Attempt, string | null>> {
  const ends = new Map<Attempt, string | null>()
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`,
  )
  await sql.query(`SAVEPOINT rehearsal_writer; SELECT ${calls.join(', ')}; SAVEPOINT rehearsal_write`)
  const waiting = [...attempts.filter((one) => !one.isDoubtful), ...attempts.filter((one) => one.isDoubtful)]
  let together = attemptsTogether
  let wasDoubtful = false
  while (waiting.length > 0) {
    signal?.throwIfAborted()
    if (performance.now() > endsAtMs) break
    const isDoubtful = waiting[0]?.isDoubtful === true
    if (isDoubtful && !wasDoubtful) together = 1
    wasDoubtful = isDoubtful
    const batch = waiting.splice(0, together)
    const end = await send(sql, batch)
    if (end === null || batch.length === 1) for (const attempt of batch) ends.set(attempt, end)
    else for (const attempt of batch) ends.set(attempt, await send(sql, [attempt]))
    // What fails among others makes all of them to be sent again.
    if (isDoubtful) together = end === null ? Math.min(together * 2, attemptsTogether) : 1
  }
  await sql.query('ROLLBACK TO SAVEPOINT rehearsal_writer; RELEASE SAVEPOINT rehearsal_writer')
  return ends
}

/** What the first that fails fails with. */
async function send(sql: SqlRunner, batch: readonly Attempt[]): Promise<string | null> {
  const undo = 'ROLLBACK TO SAVEPOINT rehearsal_write'
  try {
    // The one before may have failed: undone first.
    await sql.query(batch.map(({ statement }) => `${undo}; ${statement}; SET CONSTRAINTS ALL IMMEDIATE`).join(';\n'))
    return null
  } catch (error) {
    const sqlstate = sqlstateOf(error)
    if (sqlstate === null) throw error
    return sqlstate
  }
}
