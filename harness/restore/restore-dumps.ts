import { availableParallelism } from 'node:os'
import { systemClock, type Progress } from '../core/index.ts'
import { openDump, outlineDump, type OutlinedDump } from '../dump/index.ts'
import { checkForeignKeys } from './check-foreign-keys.ts'
import { LedgerBook } from './ledger-book.ts'
import { Deputy } from './deputy/deputy.ts'
import { keyOfTable } from './plan/load-rules.ts'
import { restoreOutline, type PlannedRestore } from './planned-restore.ts'
import { RefusalScribe } from './refusal-scribe.ts'
import { Restorer } from './restorer.ts'
import type { RestoreTarget } from './target.ts'
import type { RestoreLedger } from './types.ts'
import { WorkerSessions } from './worker-sessions.ts'

export interface RestoreOptions {
  /** Where statements go until the dump says `\connect`. It must exist; a dump that creates it itself does so anew. */
  readonly database: string
  /** Names of roles and schemas that were laid in beforehand to stand for the platform. */
  readonly provided: ReadonlySet<string>
  /** By object, what the server lacks of what the dump asks for; nothing when absent. */
  readonly lacking?: ReadonlyMap<string, string>
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Sum of the dumps' decompressed sizes, for the progress. */
  readonly totalBytes: number
  /** Sessions that load and build at the same time; as many as there are cores when absent. */
  readonly jobs?: number
  /** The server is ours alone, so that a table may be emptied before it is loaded. True when absent. */
  readonly isDisposable?: boolean
}

export interface DumpFile {
  readonly path: string
  /** As reports call it. */
  readonly name: string
  /** As it was read before; read here when absent. */
  readonly outlined?: OutlinedDump
}

/**
 * Restores dumps, in the order given, and writes down every statement that was loaded, refused or left out. Within a
 * dump, whatever doesn't need the dump's own order runs beside each other. What the server refuses does not stop it (the
 * report should say all that is damaged); a lost server, a full disk or an interrupt throws.
 */
export async function restoreDumps(
  files: readonly DumpFile[],
  target: RestoreTarget,
  options: RestoreOptions,
): Promise<RestoreLedger> {
  const { signal, progress, database, provided } = options
  const startedMs = systemClock.monotonicMs()
  const book = new LedgerBook()
  const scribe = new RefusalScribe(book, {
    superuser: target.address.user,
    isSuperuser: target.limits === undefined,
    makesSuperusers: target.foreign === undefined || options.isDisposable === false,
    provided,
    lacking: options.lacking,
    database,
  })
  await using deputy = new Deputy(target, options.isDisposable ?? true)
  await using restorer = new Restorer(target, options, book, scribe, deputy)
  await using workers = new WorkerSessions(target, signal)
  let bytesBefore = 0
  let bytes = 0
  const onBytes = (more: number, detail: string): void => {
    bytes += more
    progress.advance(bytes, detail)
  }
  const unchecked = new Set<string>()
  progress.begin('restore', options.totalBytes)
  const read = await outlineAll(files, signal)
  const restore: PlannedRestore = {
    restorer,
    workers,
    book,
    scribe,
    deputy,
    jobs: options.jobs ?? availableParallelism(),
    ...countRows(read.map(({ dump }) => dump)),
    isDisposable: options.isDisposable ?? true,
    onBytes,
    onUnchecked: () => void unchecked.add(restorer.database),
  }
  for (const { file, dump } of read) {
    book.enterFile(file.name)
    // What a damaged dump still holds ends where psql would end it.
    if (dump.outline === null || isDamaged(dump)) await streamDump(file, restorer, signal, onBytes)
    else {
      await using text = await dump.openText({ signal })
      await restoreOutline(dump.outline, text, file, restore)
      await text.requireUnchanged()
    }
    bytesBefore += dump.summary.plainBytes
    bytes = bytesBefore
    // Each file is a script of its own: the next one starts in a fresh session, as psql would.
    await workers.close()
    await restorer.leave()
  }
  for (const name of unchecked) {
    progress.advance(bytes, 'foreign keys')
    book.orphans.push(...(await checkForeignKeys(await workers.open(restore.jobs, name, [emptyPath]))))
  }
  return book.close(systemClock.monotonicMs() - startedMs)
}

/** Operators go by the path, and the dump may have brought some of its own. */
const emptyPath = Buffer.from(`SELECT pg_catalog.set_config('search_path', '', false)`)

interface ReadFile {
  readonly file: DumpFile
  readonly dump: OutlinedDump
}

async function outlineAll(files: readonly DumpFile[], signal: AbortSignal): Promise<readonly ReadFile[]> {
  const read: ReadFile[] = []
  for (const file of files) read.push({ file, dump: file.outlined ?? (await outlineDump(file.path, { signal })) })
  return read
}

function isDamaged({ summary }: OutlinedDump): boolean {
  return summary.completeness === 'truncated' || summary.problems.some(({ fatal }) => fatal)
}

/** A dump with more definitions than memory is for: entry after entry, as they come. */
async function streamDump(
  file: DumpFile,
  restorer: Restorer,
  signal: AbortSignal,
  onBytes: PlannedRestore['onBytes'],
): Promise<void> {
  let offset = 0
  for await (const entry of openDump(file.path, { signal })) {
    onBytes(entry.offset - offset, 'table' in entry ? `${entry.table.schema}.${entry.table.name}` : file.name)
    offset = entry.offset
    await restorer.run(entry, file)
  }
}

function countRows(dumps: readonly OutlinedDump[]): Pick<PlannedRestore, 'bytesOf' | 'blocksOf'> {
  const bytesOf = new Map<string, number>()
  const blocksOf = new Map<string, number>()
  for (const entry of dumps.flatMap(({ outline }) => outline ?? [])) {
    if (entry.kind !== 'copy' && entry.kind !== 'inserts') continue
    const key = keyOfTable(entry.table)
    const { from, to } = entry.kind === 'copy' ? entry.data : entry.range
    bytesOf.set(key, (bytesOf.get(key) ?? 0) + to - from)
    blocksOf.set(key, (blocksOf.get(key) ?? 0) + 1)
  }
  return { bytesOf, blocksOf }
}
