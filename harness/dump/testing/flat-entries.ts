import { DumpReader } from '../reader/dump-reader.ts'
import { defaultLimits, type DumpLimits } from '../limits.ts'
import { sourceOf } from './source-of.ts'
import type { DumpEntry } from '../types.ts'

/** An entry with its bytes as text and a COPY block's rows read: what tests compare. */
export async function flatEntries(
  text: string | Buffer,
  { chunkBytes = 65_536, ...limits }: Partial<DumpLimits> & { readonly chunkBytes?: number } = {},
): Promise<readonly Record<string, unknown>[]> {
  const reader = new DumpReader(sourceOf(text, chunkBytes), { ...defaultLimits, ...limits })
  const flat: Record<string, unknown>[] = []
  for await (const entry of reader.entries()) flat.push(await flatten(entry))
  return flat
}

async function flatten(entry: DumpEntry): Promise<Record<string, unknown>> {
  if (entry.kind === 'copy') {
    const rows: Buffer[] = []
    for await (const chunk of entry.data) rows.push(chunk)
    const { kind, offset, line, table, columns } = entry
    return {
      kind,
      offset,
      line,
      table,
      columns,
      statement: entry.statement.toString(),
      rows: Buffer.concat(rows).toString(),
      counted: entry.counted(),
    }
  }
  return 'text' in entry ? { ...entry, text: entry.text.toString() } : { ...entry }
}

/** The statements' texts alone. */
export async function statementsOf(text: string | Buffer, chunkBytes = 65_536): Promise<readonly string[]> {
  const flat = await flatEntries(text, { chunkBytes })
  return flat.flatMap((entry) => (typeof entry['text'] === 'string' ? [entry['text']] : []))
}
