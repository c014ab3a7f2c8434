import type { DumpReader } from './reader/dump-reader.ts'
import type { OutlineDraft } from './outline-draft.ts'
import type { PlainFile } from './plain-source.ts'
import { SummaryDraft } from './summary.ts'
import type { DumpFormat, DumpSummary } from './types.ts'

/** Reads a dump from end to end for its summary, and its outline where one is wanted. */
export async function readThrough(
  path: string,
  file: PlainFile & { readonly format?: DumpFormat },
  reader: DumpReader,
  outline: OutlineDraft | null,
): Promise<DumpSummary> {
  const draft = new SummaryDraft()
  for await (const entry of reader.entries()) {
    if (outline !== null) await outline.add(entry)
    await draft.add(entry)
  }
  return {
    path,
    format: file.format ?? 'plain',
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
