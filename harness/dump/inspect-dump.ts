import { openArchive } from './archive/open-archive.ts'
import { DumpReader } from './dump-reader.ts'
import { defaultLimits } from './limits.ts'
import type { OpenDumpOptions } from './open-dump.ts'
import { openPlainFile } from './plain-source.ts'
import { passingTexts } from './statement-texts.ts'
import { SummaryDraft } from './summary.ts'
import type { DumpSummary } from './types.ts'

/** Reads a dump once, without a server, and says what it holds and what is wrong with it. */
export async function inspectDump(path: string, options: OpenDumpOptions = {}): Promise<DumpSummary> {
  const limits = { ...defaultLimits, ...options.limits }
  const archive = await openArchive(path, limits, options)
  const file = archive ?? (await openPlainFile(path, limits, options))
  const reader = new DumpReader(file, limits, passingTexts())
  const draft = new SummaryDraft()
  for await (const entry of reader.entries()) await draft.add(entry)
  return {
    path,
    format: archive?.format ?? 'plain',
    compression: file.compression,
    fileBytes: file.fileBytes,
    plainBytes: reader.plainBytes,
    writer: reader.markers.writer,
    serverVersion: reader.markers.serverVersion,
    toolVersion: reader.markers.toolVersion,
    encoding: reader.encoding,
    completeness: draft.completeness,
    databases: draft.databases,
    ...draft.finish(),
    problems: draft.problems,
  }
}
