import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { countOf, formatBytes } from '../../core/index.ts'
import type { DumpTools } from './find-dump-tools.ts'
import { holdSnapshot, keepAwake } from './hold-snapshot.ts'
import type { LostAttempt, LostAttempts } from './lost-attempts.ts'
import type { Baseline, BackupParts, BackupRequest, BaselineReading } from './request.ts'
import type { ToolEnd } from './run-tool.ts'
import { startDump, type StartedDump } from './start-dump.ts'
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
 * One snapshot: the archive by pg_dump, the baseline by ourselves, both at once. Lost where somebody who waits for a
 * table of ours stood before pg_dump, or something it read of was dropped: it is to be tried again.
 */
export async function dumpSnapshot<Recorded extends RecordedProcess>(
  call: DumpCall<Recorded>,
): Promise<DumpedSnapshot | LostAttempt> {
  const { request, parts, session, survey, folder } = call
  const { progress, signal } = request
  const archive = request.format === 'custom' ? 'full_database_backup.dump' : 'full_database_backup'
  const beginAnew = (lost: LostAttempt): LostAttempt => {
    progress.end('dump', `beginning anew: ${lost.why}`)
    return lost
  }
  // Asked by another session, while ours has its locks: it may be in the middle of a reading that was given up.
  const given = async (ended: ToolEnd): Promise<LostAttempt> => {
    await using other = await parts.openSource()
    return beginAnew(await whyLost(other, ended, await sizeOf(join(folder, archive))))
  }
  progress.begin('snapshot')
  // Before the locks: pg_dump is there when they are asked for.
  await using dump = await startDump(call, archive)
  try {
    const beside = await dump.waiting
    if (beside !== null && 'code' in beside) return await given(beside)
    const held = await holdSnapshot(session, { signal, leftOut: survey.leftOut, beside })
    const createdAt = request.clock.now()
    progress.end('snapshot', `${held.tables.length} tables locked for reading, then one snapshot of them`)
    const dumping = dump.release(held.name)
    const takenAt = createdAt.toISOString()
    const reading = await parts.openBaseline(session, { takenAt, leftOut: survey.leftOut, signal })
    // No total: how small the dump gets by compression is known at its end.
    progress.begin('dump')
    const ended = await together({ ...call, dump, dumping }, archive, reading)
    if (ended.code !== 0) return await given(ended)
    const baseline = await reading.finish()
    const rows = baseline.counted.reduce((sum, table) => sum + table.rows, 0)
    const counted = `${countOf(rows, 'row')} counted in ${countOf(baseline.counted.length, 'table')}`
    progress.end('dump', `${formatBytes(await sizeOf(join(folder, archive)))}; in the same snapshot ${counted}`)
    return { archive, createdAt, tables: held.tables, baseline }
  } catch (thrown) {
    return beginAnew(lostToADrop(thrown))
  } finally {
    await session.query('ROLLBACK').catch(() => undefined)
  }
}

type RunningCall<Recorded extends RecordedProcess> = DumpCall<Recorded> & {
  readonly dump: StartedDump
  readonly dumping: Promise<ToolEnd>
}

/** pg_dump and the reading of the baseline. The first of the two to fail ends the other. */
async function together<Recorded extends RecordedProcess>(
  call: RunningCall<Recorded>,
  archive: string,
  reading: BaselineReading,
): Promise<ToolEnd> {
  const { session, folder, dump, dumping } = call
  const { progress, signal } = call.request
  const failed = new AbortController()
  const dumpEnded = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const tables = formatBytes(call.survey.tableBytes)
  let counted = ''
  const watchDump = async (): Promise<ToolEnd> => {
    try {
      const ended = await dumping
      if (ended.code !== 0) failed.abort()
      return ended
    } finally {
      dumpEnded.abort()
    }
  }
  const baseline = async (): Promise<void> => {
    try {
      const onTable = (done: number, total: number): void => void (counted = `; ${done} of ${total} counted`)
      await reading.read({ signal: either, onTable })
      await keepAwake(session, dumpEnded.signal)
    } catch (fault) {
      failed.abort()
      dump.end()
      throw fault
    }
  }
  const watch = watchBytes(join(folder, archive), dumpEnded.signal, (bytes) =>
    progress.advance(bytes, `${formatBytes(bytes)} of dump, from ${tables} of tables${counted}`),
  )
  const [dumped, read] = await Promise.allSettled([watchDump(), baseline(), watch])
  signal.throwIfAborted()
  if (dumped.status === 'fulfilled' && dumped.value.code !== 0) return dumped.value
  if (read.status === 'rejected') throw read.reason
  if (dumped.status === 'rejected') throw dumped.reason
  return dumped.value
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
