import { availableParallelism, loadavg } from 'node:os'
import { defaultAccess, listViewers, observeAccess, probeWrites } from '../../harness/behaviour/index.ts'
import { beginReadOnly, observeTogether } from '../../harness/facts/index.ts'
import type { Session } from '../../harness/postgres/index.ts'
import { formatTime } from '../format-time.ts'
import { runMain } from '../run-main.ts'
import { startBenchServer } from '../servers.ts'
import { apiSchema } from './api-schema.ts'

const rounds = 3
const readOnly = { statementTimeoutMs: 0, lockTimeoutMs: 0 }

/** What the checks of behaviour cost beside the facts of the same database, on as many sessions as there are cores. */
async function main(): Promise<void> {
  await using started = await startBenchServer({ major: 17, plainBytes: 100_000_000 }, {})
  const { server } = started
  await server.createDatabase('api')
  await using opened = new AsyncDisposableStack()
  const sessions: Session[] = []
  const first = opened.use(await server.connect('api'))
  for (const statement of apiSchema(200)) await first.query(statement)
  sessions.push(first)
  while (sessions.length < availableParallelism()) sessions.push(opened.use(await server.connect('api')))
  const viewers = await listViewers(first, defaultAccess)
  for (let round = 0; round <= rounds; round += 1) {
    const [factsMs, facts] = await timed(() => observeTogether(sessions, { source: 'restored', fingerprint: true }))
    const access = (fingerprint: boolean) => async () => {
      for (const session of sessions) await beginReadOnly(session, readOnly)
      const limits = { statementTimeoutMs: 60_000, deadlineMs: 600_000 }
      const seen = await observeAccess(sessions, { ...limits, viewers, schemas: facts.schemas, fingerprint })
      for (const session of sessions) await session.query('ROLLBACK')
      return seen
    }
    const [accessMs, seen] = await timed(access(true))
    const [countsMs] = await timed(access(false))
    const [writesMs, probe] = await timed(() =>
      probeWrites(first, facts, { viewers, isCutOff: true, statementTimeoutMs: 2_000, deadlineMs: 120_000 }),
    )
    const sights = seen.viewers.reduce((sum, viewer) => sum + viewer.sights.length, 0)
    process.stdout.write(
      `round ${round}: facts ${formatTime(factsMs)}, access ${formatTime(accessMs)} (${sights} sights), by counts ${formatTime(countsMs)}, writes ${formatTime(writesMs)} (${probe.statements} writes), load ${loadavg()[0]?.toFixed(1)}\n`,
    )
  }
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const startMs = performance.now()
  const result = await work()
  return [performance.now() - startMs, result]
}

await runMain('node bench/behaviour/behaviour.ts', main)
