import { beginTogether } from '../facts/index.ts'
import { openProduction, type Session } from '../postgres/index.ts'
import type { Secret } from '../core/index.ts'

/** A table that takes longer is not read, and that is said. */
const statementTimeoutMs = 300_000
const lockTimeoutMs = 100

/**
 * Sessions on a database that may be production, each in a read-only transaction, all in one snapshot. Two at most: a
 * production server has other work to do; and with one where it allows no second.
 */
export async function openTogether(
  url: Secret,
  opened: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<readonly Session[]> {
  const connected: Session[] = [opened.use(await openProduction(url, { signal }))]
  try {
    connected.push(opened.use(await openProduction(url, { signal })))
  } catch {
    // A limit of connections, as roles and poolers have one: one session reads the same facts, only slower.
    signal.throwIfAborted()
  }
  return begin(connected, signal)
}

/** Behind a balancer the second session may have come to another server, where nobody knows the snapshot: then the first alone. */
async function begin(sessions: readonly Session[], signal: AbortSignal): Promise<readonly Session[]> {
  try {
    await beginTogether(sessions, { statementTimeoutMs, lockTimeoutMs })
    return sessions
  } catch (fault) {
    const [first, ...others] = sessions
    if (!first || others.length === 0) throw fault
    signal.throwIfAborted()
    await first.query('rollback')
    await beginTogether([first], { statementTimeoutMs, lockTimeoutMs })
    return [first]
  }
}
