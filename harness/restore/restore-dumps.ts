import { systemClock, type Progress } from '../core/index.ts'
import { openDump } from '../dump/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import { LedgerBook } from './ledger-book.ts'
import { Restorer } from './restorer.ts'
import type { RestoreLedger } from './types.ts'

export interface RestoreOptions {
  /** Where statements go until the dump says `\connect`. It must exist; a dump that creates it itself does so anew. */
  readonly database: string
  /** Names of roles and schemas that were laid in beforehand to stand for the platform. */
  readonly provided: ReadonlySet<string>
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Sum of the dumps' decompressed sizes, for the progress. */
  readonly totalBytes: number
}

export interface DumpFile {
  readonly path: string
  /** As reports call it. */
  readonly name: string
}

/**
 * Runs dumps, in the order given, into a disposable server, and writes down every statement that was loaded, refused or
 * left out. What the server refuses does not stop it (the report should say all that is damaged); a lost server, a full
 * disk or an interrupt throws.
 */
export async function restoreDumps(
  files: readonly DumpFile[],
  server: DisposableServer,
  options: RestoreOptions,
): Promise<RestoreLedger> {
  const startedMs = systemClock.monotonicMs()
  const book = new LedgerBook()
  await using restorer = new Restorer(server, options, book)
  let bytesBefore = 0
  options.progress.begin('restore', options.totalBytes)
  for (const file of files) {
    let offset = 0
    for await (const entry of openDump(file.path, { signal: options.signal })) {
      offset = entry.offset
      options.progress.advance(
        bytesBefore + offset,
        'table' in entry ? `${entry.table.schema}.${entry.table.name}` : file.name,
      )
      await restorer.run(entry, file)
    }
    bytesBefore += offset
    // Each file is a script of its own: the next one starts in a fresh session, as psql would.
    await restorer.leave()
  }
  return book.close(systemClock.monotonicMs() - startedMs)
}
