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
    const timed = timing(sessions)
    const [factsTook, facts] = await timed(() => observeTogether(sessions, { source: 'restored', fingerprint: true }))
    const access = (fingerprint: boolean) => async () => {
      for (const session of sessions) await beginReadOnly(session, readOnly)
      const limits = { statementTimeoutMs: 60_000, deadlineMs: 600_000 }
      const seen = await observeAccess(sessions, { ...limits, viewers, schemas: facts.schemas, fingerprint })
      for (const session of sessions) await session.query('ROLLBACK')
      return seen
    }
    const [accessTook, seen] = await timed(access(true))
    const [countsTook] = await timed(access(false))
    const [writesTook, probe] = await timed(() =>
      probeWrites(first, facts, { viewers, isCutOff: true, statementTimeoutMs: 2_000, deadlineMs: 120_000 }),
    )
    const sights = seen.viewers.reduce((sum, viewer) => sum + viewer.sights.length, 0)
    process.stdout.write(
      `round ${round}: facts ${factsTook}, access ${accessTook} (${sights} sights), by counts ${countsTook}, writes ${writesTook} (${probe.statements} writes), load ${loadavg()[0]?.toFixed(1)}\n`,
    )
  }
}

/** How long it took, and how much work that was for the server: on a busy machine the second is what compares. */
function timing(sessions: readonly Session[]) {
  return async <T>(work: () => Promise<T>): Promise<readonly [string, T]> => {
    const startCpuMs = await cpuMs(sessions)
    const startMs = performance.now()
    const result = await work()
    const tookMs = performance.now() - startMs
    return [`${formatTime(tookMs)} [${formatTime((await cpuMs(sessions)) - startCpuMs)}]`, result]
  }
}

/** User and system time of the sessions' backends, in hundredths of a second. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function cpuMs(sessions: readonly Session[]): Promise<number> {
  const stats = await Promise.all(
    sessions.map(
      async (session) => (await session.query(`SELECT pg_read_file('/proc/self/stat') AS stat`))[0]?.['stat'] ?? '',
    ),
  )
  return stats.reduce((sum, stat) => {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return sum + (Number(fields[11]) + Number(fields[12])) * 10
  }, 0)
}

await runMain('node bench/behaviour/behaviour.ts', main)
