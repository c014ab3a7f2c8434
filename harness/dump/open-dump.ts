import { openArchive } from './archive/open-archive.ts'
import { DumpReader } from './reader/dump-reader.ts'
import { defaultLimits, type DumpLimits } from './limits.ts'
import { openPlainFile, type ReadOptions } from './plain-source.ts'
import type { DumpEntry } from './types.ts'

export interface OpenDumpOptions extends ReadOptions {
  readonly limits?: Partial<DumpLimits>
}

/** Streams a dump's entries, the last one an `end`. */
export async function* openDump(path: string, options: OpenDumpOptions = {}): AsyncGenerator<DumpEntry> {
  const limits = { ...defaultLimits, ...options.limits }
  const file = (await openArchive(path, limits, options)) ?? (await openPlainFile(path, limits, options))
  yield* new DumpReader(file, limits).entries()
}
