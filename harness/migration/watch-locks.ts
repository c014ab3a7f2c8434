import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../core/index.ts'
import type { Session } from '../postgres/index.ts'
import { LockTally } from './lock-tally.ts'

/** Shorter locks may go unseen; {@link impliedLocks} knows of most that matter. */
const shortestPauseMs = 5
/** Pauses are so many times as long as a look took, a tenth of one core's work, unless a look was slow. */
const pausePerLook = 9
const longestPauseMs = 50

export interface LockWatch {
  /** Looks no more, and hands over what was seen. Throws what ended the looking. */
  stop(): Promise<LockTally>
}

/** Looks at the locks on a database's relations from a session in another one, so that it is in nobody's way. */
export function watchLocks(session: Session, database: string): LockWatch {
  const tally = new LockTally()
  const over = new AbortController()
  const looking = (async () => {
    let pauseMs = shortestPauseMs
    while (!over.signal.aborted) {
      const begunMs = systemClock.monotonicMs()
      const rows = await session.query(locksQuery, [database])
      const nowMs = systemClock.monotonicMs()
      const locks = rows.map((row) => ({
        pid: row['pid'] ?? '',
        relation: row['relation'] ?? '',
        mode: row['mode'] ?? '',
        granted: row['granted'] === 'true' || row['granted'] === 't',
      }))
      tally.see(locks, nowMs, Math.min(pauseMs + nowMs - begunMs, 2 * longestPauseMs))
      pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, pausePerLook * (nowMs - begunMs)))
      await sleep(pauseMs, undefined, { signal: over.signal }).catch(() => {})
    }
    return tally
  })()
  // Heard when it is asked for.
  looking.catch(() => {})
  return {
    stop() {
      over.abort()
      return looking
    },
  }
}

/** pg_locks takes no lock of its own on what it lists. */
const locksQuery = `
  SELECT l.pid::text AS pid, l.relation::text AS relation, l.mode, l.granted::text AS granted
  FROM pg_catalog.pg_locks AS l
  WHERE l.locktype = 'relation' AND l.relation >= 16384
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = $1)
    AND l.pid <> pg_catalog.pg_backend_pid()`
