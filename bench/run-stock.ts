import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { ClientTools } from '../harness/restore/testing/client-tools.ts'
import type { BenchDump } from './dumps.ts'
import { readProcessTree, totalMs } from './process-tree.ts'
import { runClient, type ClientRun } from './run-client.ts'
import type { ServerKind } from './scenarios.ts'
import { startBenchServer } from './servers.ts'

/** One restore by the stock tools into a new server. Starting the server and making the database is not in its time. */
export interface StockRun {
  readonly ms: number
  readonly place: 'memory' | 'disk'
  readonly cpu: { readonly serverMs: number; readonly clientMs: number }
}

const database = 'bench'

/** What people type: psql for SQL, pg_restore on all cores for an archive. */
export function stockCommand({ format }: Pick<BenchDump, 'format'>): string {
  if (format === 'plain') return 'psql < full.sql'
  return format === 'inserts' ? 'psql < schema.sql, psql < data.sql' : `pg_restore -j ${availableParallelism()}`
}

export async function runStock(
  dump: BenchDump,
  kind: ServerKind,
  tools: ClientTools,
  major: number,
  signal: AbortSignal,
): Promise<StockRun> {
  const need = { major, plainBytes: dump.plainBytes }
  await using running = await startBenchServer(need, kind === 'default' ? 'default' : {})
  await running.server.createDatabase(database)
  const serverBefore = totalMs(readProcessTree(running.pid))
  const clientsBefore = readProcessTree(process.pid)?.endedMs ?? 0
  let ms = 0
  for (const run of stockRuns(dump)) ms += await runClient(tools, running.server.address, run, signal)
  return {
    ms,
    place: running.place,
    cpu: {
      serverMs: totalMs(readProcessTree(running.pid)) - serverBefore,
      // The clients are the only children of ours that end in between.
      clientMs: (readProcessTree(process.pid)?.endedMs ?? 0) - clientsBefore,
    },
  }
}

function stockRuns({ format, path }: BenchDump): readonly ClientRun[] {
  const psql = (input: string): ClientRun => ({
    tool: 'psql',
    args: ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', database],
    input,
  })
  if (format === 'plain') return [psql(path)]
  if (format === 'inserts') return [psql(join(path, 'schema.sql')), psql(join(path, 'data.sql'))]
  return [{ tool: 'pg_restore', args: ['-e', '-j', String(availableParallelism()), '-d', database, path] }]
}
