import { openArchive } from './archive/open-archive.ts'
import { DumpReader } from './reader/dump-reader.ts'
import { defaultLimits } from './limits.ts'
import type { OpenDumpOptions } from './open-dump.ts'
import { openPlainFile } from './plain-source.ts'
import { readThrough } from './read-through.ts'
import { passingTexts } from './statement-texts.ts'
import type { DumpSummary } from './types.ts'

/** Reads a dump once, without a server, and says what it holds and what is wrong with it. */
export async function inspectDump(path: string, options: OpenDumpOptions = {}): Promise<DumpSummary> {
  const limits = { ...defaultLimits, ...options.limits }
  const file = (await openArchive(path, limits, options)) ?? (await openPlainFile(path, limits, options))
  return readThrough(path, file, new DumpReader(file, limits, passingTexts()), null)
}
