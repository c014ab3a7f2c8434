import { openDump } from '../../open-dump.ts'
import type { DumpProblem } from '../../types.ts'

export const recorded = new URL('recorded/', import.meta.url).pathname

/** Everything in `recorded`, by how pg_dump was told to write it. */
export const archives: readonly (readonly [name: string, format: string, compression: string])[] = [
  ['notes-15.dump', 'custom', 'gzip'],
  ['notes-15-piped.dump', 'custom', 'none'],
  ['notes-15.tar', 'tar', 'none'],
  ['notes-15-folder', 'directory', 'none'],
  ['notes-17.dump', 'custom', 'zstd'],
  ['notes-17-lz4.dump', 'custom', 'lz4'],
  ['notes-17-inserts.dump', 'custom', 'gzip'],
  ['notes-17.tar', 'tar', 'none'],
  ['notes-17-folder', 'directory', 'gzip'],
]

export interface ArchiveEntries {
  /** All that a restore would run, as lines. */
  readonly lines: readonly string[]
  readonly problems: readonly DumpProblem[]
  readonly completeness: string
}

export async function entriesOf(path: string): Promise<ArchiveEntries> {
  const lines: string[] = []
  const problems: DumpProblem[] = []
  let completeness = ''
  for await (const entry of openDump(path)) {
    if (entry.kind === 'copy') {
      const rows: Buffer[] = []
      for await (const chunk of entry.data) rows.push(Buffer.from(chunk))
      lines.push(entry.statement.toString('latin1') + Buffer.concat(rows).toString('latin1'))
    } else if ('text' in entry) lines.push(entry.text.toString('latin1'))
    else if (entry.kind === 'problem') problems.push(entry)
    else if (entry.kind === 'end') completeness = entry.completeness
  }
  return { lines, problems, completeness }
}
