import { resolveConnection } from '../config/index.ts'
import { beginTogether, observeTogether, type Facts } from '../facts/index.ts'
import { openProduction, type Session } from '../postgres/index.ts'
import { observeViewers } from './judge-behaviour.ts'
import type { Situation } from './situation.ts'

const statementTimeoutMs = 300_000
const lockTimeoutMs = 100

/**
 * Live production, read-only, in one snapshot. Over two sessions at most: a production server has other work to do, and
 * with one where it allows no second.
 */
export async function observeProduction(
  name: string,
  { config, clock, signal }: Situation,
  environment: NodeJS.ProcessEnv,
): Promise<Facts> {
  const url = resolveConnection(name, environment)
  await using opened = new AsyncDisposableStack()
  const connected: Session[] = [opened.use(await openProduction(url, { signal }))]
  try {
    connected.push(opened.use(await openProduction(url, { signal })))
  } catch {
    // A limit of connections, as roles and poolers have one: one session reads the same facts, only slower.
    signal.throwIfAborted()
  }
  const sessions = await begin(connected, signal)
  const facts = await observeTogether(sessions, {
    source: 'live',
    schemas: config.values.schemas,
    // Rows have moved on since the dump: their content is not comparable, so production is spared the reading.
    fingerprint: false,
    takenAt: clock.now().toISOString(),
    signal,
  })
  const access = await observeViewers(sessions, facts, config.values.access, signal)
  for (const session of sessions) await session.query('rollback')
  return { ...facts, access }
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
