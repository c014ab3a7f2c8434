import { rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DisposableServer } from '../../harness/engine/index.ts'
import type { ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { formatTime } from '../format-time.ts'
import { runClient } from '../run-client.ts'
import type { Reading } from './observe-database.ts'
import { runObserve } from './run-observe.ts'

/** Entry n of each list is round n. */
export interface MeasuredFacts {
  readonly title: string
  readonly bar: number
  readonly against: string
  readonly ours: readonly Reading[]
  readonly theirsMs: readonly number[]
  readonly loads: readonly number[]
}

export interface Contest {
  readonly title: string
  readonly bar: number
  readonly against: string
  readonly ours: () => Promise<Reading>
  readonly theirs: () => Promise<number>
}

/** Facts of a schema, on all cores as on any restored copy, against `pg_dump --schema-only` of it. */
export function schemaContest(server: DisposableServer, tools: ClientTools, signal: AbortSignal): Contest {
  return {
    title: 'facts of the schema',
    bar: 1,
    against: 'pg_dump --schema-only',
    ours: async () => {
      return runObserve(
        server.address,
        { database: 'schema', sessions: availableParallelism(), depth: 'counts' },
        signal,
      )
    },
    theirs: async () => {
      const output = join(tmpdir(), `rehearsal-bench-${process.pid}.sql`)
      try {
        const args = ['--schema-only', '-d', 'schema']
        return await runClient(tools, server.address, { tool: 'pg_dump', args, output }, signal)
      } finally {
        await rm(output, { force: true })
      }
    },
  }
}

/** Counts and fingerprints of all rows, on all cores, against one backend that writes the same tables to /dev/null. */
export function rowsContest(server: DisposableServer, signal: AbortSignal): Contest {
  return {
    title: 'counts and fingerprints of all rows',
    bar: 1,
    against: "COPY … TO '/dev/null' by one backend",
    ours: async () => {
      return runObserve(server.address, { database: 'rows', sessions: availableParallelism(), depth: 'rows' }, signal)
    },
    theirs: async () => {
      await using session = await server.connect('rows', { signal })
      const tables = await session.query(
        `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename`,
      )
      const startMs = performance.now()
      for (const { name } of tables) await session.query(`COPY public.${name} TO '/dev/null'`)
      return performance.now() - startMs
    },
  }
}

/** Both once a round, in turns first. A round before the first is not counted: it fills the caches. */
export async function measureFacts(
  contest: Contest,
  rounds: number,
  say: (line: string) => void,
): Promise<MeasuredFacts> {
  const ours: Reading[] = []
  const theirsMs: number[] = []
  const loads: number[] = []
  await contest.ours()
  await contest.theirs()
  for (let round = 0; round < rounds; round += 1) {
    loads.push(loadavg()[0] ?? 0)
    const turns = [async () => ours.push(await contest.ours()), async () => theirsMs.push(await contest.theirs())]
    for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn()
    const times = `ours ${formatTime(ours.at(-1)?.ms ?? 0)}, ${contest.against} ${formatTime(theirsMs.at(-1) ?? 0)}`
    say(`${contest.title}, round ${round + 1}: ${times}`)
  }
  const { title, bar, against } = contest
  return { title, bar, against, ours, theirsMs, loads }
}
