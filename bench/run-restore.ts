import { join } from 'node:path'
import { silentProgress } from '../harness/core/index.ts'
import { outlineDump } from '../harness/dump/index.ts'
import type { DisposableServer } from '../harness/engine/index.ts'
import { observe } from '../harness/facts/index.ts'
import { restoreDumps, type DumpFile } from '../harness/restore/index.ts'
import type { BenchDump } from './dumps.ts'
import { startBenchServer, type BenchNeed, type BenchSettings } from './servers.ts'

/** The part of a rehearsal that a server's settings can change: its start, the restore, the reading of every row. */
export interface SettingRun {
  readonly restoreMs: number
  readonly wholeMs: number
  readonly place: 'memory' | 'disk'
}

export const benchDatabase = 'bench'

/** Our restore in this process, into a server with these settings. Throws when the server refuses anything. */
export async function runRestore(
  dump: BenchDump,
  need: BenchNeed,
  settings: BenchSettings,
  signal: AbortSignal,
): Promise<SettingRun> {
  // Reading the dump is not the server's business.
  const files = await outlineFiles(dump, signal)
  const startMs = performance.now()
  await using running = await startBenchServer(need, settings)
  const restoreMs = await restoreInto(running.server, files, dump.plainBytes, signal)
  await using session = await running.server.connect(benchDatabase, { signal })
  await observe(session, { source: 'restored', fingerprint: true, signal })
  return { restoreMs, wholeMs: performance.now() - startMs, place: running.place }
}

/** Milliseconds of a restore into {@link benchDatabase}, which is made before. */
export async function restoreInto(
  server: DisposableServer,
  files: readonly DumpFile[],
  totalBytes: number,
  signal: AbortSignal,
): Promise<number> {
  await server.createDatabase(benchDatabase)
  const startMs = performance.now()
  const ledger = await restoreDumps(files, server, {
    database: benchDatabase,
    provided: new Set(),
    signal,
    progress: silentProgress,
    totalBytes,
  })
  if (ledger.refusedCount > 0) throw new TypeError(`the server refused ${ledger.refusedCount} statements`)
  return performance.now() - startMs
}

export async function outlineFiles(dump: BenchDump, signal: AbortSignal): Promise<readonly DumpFile[]> {
  const files: DumpFile[] = []
  for (const file of filesOf(dump)) files.push({ ...file, outlined: await outlineDump(file.path, { signal }) })
  return files
}

function filesOf({ format, path }: BenchDump): readonly DumpFile[] {
  if (format !== 'inserts') return [{ path, name: format }]
  return ['schema.sql', 'data.sql'].map((name) => ({ path: join(path, name), name }))
}
