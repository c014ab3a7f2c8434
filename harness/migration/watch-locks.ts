import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '../core/index.ts'
import type { Session } from '../postgres/index.ts'
import { LockTally } from './lock-tally.ts'

/** Shorter locks may go unseen: nobody notices that they waited for one. */
const lookEveryMs = 50

export interface LockWatch {
  /** Looks no more, and hands over what was seen. Throws what ended the looking. */
  stop(): Promise<LockTally>
}

/** Looks at the locks on a database's relations from a session in another one, so that it is in nobody's way. */
export function watchLocks(session: Session, database: string): LockWatch {
  const tally = new LockTally()
  const over = new AbortController()
  const looking = (async () => {
    let lastMs = systemClock.monotonicMs()
    while (!over.signal.aborted) {
      const rows = await session.query(locksQuery, [database])
      const nowMs = systemClock.monotonicMs()
      const everyMs = Math.max(lookEveryMs, nowMs - lastMs)
      lastMs = nowMs
      const locks = rows.map((row) => ({
        pid: row['pid'] ?? '',
        relation: row['relation'] ?? '',
        mode: row['mode'] ?? '',
        granted: row['granted'] === 'true' || row['granted'] === 't',
      }))
      tally.see(locks, nowMs, Math.min(everyMs, 2 * lookEveryMs))
      await sleep(lookEveryMs, undefined, { signal: over.signal }).catch(() => {})
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
