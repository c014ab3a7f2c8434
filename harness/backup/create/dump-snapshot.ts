import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatBytes } from '../../core/index.ts'
import type { DumpTools } from './find-dump-tools.ts'
import { holdSnapshot, keepAwake } from './hold-snapshot.ts'
import type { LostAttempt, LostAttempts } from './lost-attempts.ts'
import { openConnection, type Connection } from './open-connection.ts'
import type { Baseline, BackupParts, BackupRequest, BaselineReading } from './request.ts'
import { runTool, type ToolEnd } from './run-tool.ts'
import type { SourceSurvey } from './survey-source.ts'
import type { RecordedProcess, SourceSession, SourceTable } from './types.ts'
import { lostToADrop, whyLost } from './why-lost.ts'

export interface DumpedSnapshot {
  /** Of the archive, relative to the set: a file, or a folder in directory format. */
  readonly archive: string
  readonly createdAt: Date
  readonly tables: readonly SourceTable[]
  readonly baseline: Baseline
}

export interface DumpCall<Recorded extends RecordedProcess> {
  readonly request: BackupRequest
  readonly parts: BackupParts<Recorded>
  readonly survey: SourceSurvey
  readonly tools: DumpTools
  readonly session: SourceSession
  readonly lost: LostAttempts
  /** The set that is being written. */
  readonly folder: string
}

/**
 * Who asks for a table to himself between our lock and pg_dump's waits for us, and pg_dump waits behind him, and everybody
 * else behind both. Most such statements give up sooner than this; otherwise we do, let him through, and begin anew.
 */
const lockWaitMs = 1_000
/** Of every second attempt: who has more patience than that is let through sooner, and there are more attempts. */
const shortWaitMs = 250

/**
 * One snapshot: the archive by pg_dump, the baseline by ourselves, both at once. Lost where somebody who waits for a
 * table of ours stood before pg_dump, or something it read of was dropped: it is to be tried again.
 */
export async function dumpSnapshot<Recorded extends RecordedProcess>(
  call: DumpCall<Recorded>,
): Promise<DumpedSnapshot | LostAttempt> {
  const { request, parts, session, survey, folder } = call
  const { progress, signal } = request
  progress.begin('snapshot')
  // Before the locks: the sooner pg_dump asks for its own after them, the less often somebody stands between.
  await using connection = await openConnection(call)
  const held = await holdSnapshot(session, { signal, leftOut: survey.leftOut })
  const createdAt = request.clock.now()
  const beginAnew = (lost: LostAttempt): LostAttempt => {
    progress.end('dump', `beginning anew: ${lost.why}`)
    return lost
  }
  progress.end('snapshot', `${held.tables.length} tables locked for reading, then one snapshot of them`)
  try {
    const takenAt = createdAt.toISOString()
    const reading = await parts.openBaseline(session, { takenAt, leftOut: survey.leftOut, signal })
    progress.begin('dump', survey.tableBytes)
    const archive = request.format === 'custom' ? 'full_database_backup.dump' : 'full_database_backup'
    const ended = await together({ ...call, connection }, held.name, archive, reading)
    if (ended.code !== 0) {
      // Asked by another session, while ours has its locks: it may be in the middle of a reading that was given up.
      await using other = await parts.openSource()
      return beginAnew(await whyLost(other, ended, await sizeOf(join(folder, archive))))
    }
    const baseline = await reading.finish()
    progress.end('dump', `${formatBytes(await sizeOf(join(folder, archive)))}, and the baseline of the same snapshot`)
    return { archive, createdAt, tables: held.tables, baseline }
  } catch (thrown) {
    return beginAnew(lostToADrop(thrown))
  } finally {
    await session.query('ROLLBACK').catch(() => undefined)
  }
}

type ConnectedCall<Recorded extends RecordedProcess> = DumpCall<Recorded> & { readonly connection: Connection }

/** pg_dump and the reading of the baseline. The first of the two to fail ends the other. */
async function together<Recorded extends RecordedProcess>(
  call: ConnectedCall<Recorded>,
  snapshot: string,
  archive: string,
  reading: BaselineReading,
): Promise<ToolEnd> {
  const { session, folder } = call
  const { progress, signal } = call.request
  const failed = new AbortController()
  const dumpEnded = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  let counted = ''
  const dump = async (): Promise<ToolEnd> => {
    try {
      const ended = await runDump(call, snapshot, archive, either)
      if (ended.code !== 0) failed.abort()
      return ended
    } finally {
      dumpEnded.abort()
    }
  }
  const baseline = async (): Promise<void> => {
    try {
      const onTable = (done: number, total: number): void => void (counted = `, baseline ${done} of ${total} tables`)
      await reading.read({ signal: either, onTable })
      await keepAwake(session, dumpEnded.signal)
    } catch (fault) {
      failed.abort()
      throw fault
    }
  }
  const watch = watchBytes(join(folder, archive), dumpEnded.signal, (bytes) =>
    progress.advance(bytes, `${formatBytes(bytes)} written${counted}`),
  )
  const [dumped, read] = await Promise.allSettled([dump(), baseline(), watch])
  signal.throwIfAborted()
  if (dumped.status === 'fulfilled' && dumped.value.code !== 0) return dumped.value
  if (read.status === 'rejected') throw read.reason
  if (dumped.status === 'rejected') throw dumped.reason
  return dumped.value
}

async function runDump<Recorded extends RecordedProcess>(
  { request, survey, tools, folder, connection, lost }: ConnectedCall<Recorded>,
  snapshot: string,
  archive: string,
  signal: AbortSignal,
): Promise<ToolEnd> {
  const compress = request.compress ?? (tools.version.major >= 16 ? 'zstd' : '6')
  const args = [
    `--dbname=${connection.connection}`,
    '--no-password',
    `--snapshot=${snapshot}`,
    `--format=${request.format}`,
    ...(request.format === 'directory' ? [`--jobs=${request.jobs}`] : []),
    `--compress=${compress}`,
    `--lock-wait-timeout=${lost.count % 2 === 0 ? lockWaitMs : shortWaitMs}`,
    // All of the set is forced to the disk when it is sealed.
    '--no-sync',
    ...survey.leftOut.map((schema) => `--exclude-schema="${schema}"`),
    `--file=${join(folder, archive)}`,
  ]
  try {
    return await runTool(tools, { program: 'pg_dump', args, connection, signal })
  } finally {
    await connection[Symbol.asyncDispose]()
  }
}

async function watchBytes(path: string, until: AbortSignal, onBytes: (bytes: number) => void): Promise<void> {
  while (!until.aborted) {
    await sleep(250, undefined, { signal: until }).catch(() => undefined)
    onBytes(await sizeOf(path))
  }
}

export async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null)
  if (found === null || !found.isDirectory()) return found?.size ?? 0
  const sizes = await Promise.all((await readdir(path)).map(async (name) => sizeOf(join(path, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}
