import { resolveConnection } from '../config/index.ts'
import { observeTogether, type Facts } from '../facts/index.ts'
import { observeViewers } from './judge-behaviour.ts'
import { openTogether } from './open-together.ts'
import type { Situation } from './situation.ts'

/** Live production, read-only, in one snapshot. */
export async function observeProduction(
  name: string,
  { config, clock, signal }: Situation,
  environment: NodeJS.ProcessEnv,
): Promise<Facts> {
  const url = resolveConnection(name, environment)
  await using opened = new AsyncDisposableStack()
  const sessions = await openTogether(url, opened, signal)
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
