import type { DumpText, OutlineEntry } from '../outline.ts'
import { openDump, type OpenDumpOptions } from '../open-dump.ts'
import type { ConnectEntry, InsertEntry, StatementEntry } from '../types.ts'

/** All that a restore would run, in order, each with its place: what an outline and its text must give again. */
export type Command = Readonly<Record<string, unknown>>

export async function streamed(path: string, options: OpenDumpOptions = {}): Promise<readonly Command[]> {
  const commands: Command[] = []
  for await (const entry of openDump(path, options)) {
    if (entry.kind === 'problem' || entry.kind === 'end') continue
    if (entry.kind !== 'copy') {
      commands.push(flat(entry))
      continue
    }
    const { kind, offset, line, table, columns, statement } = entry
    const rows = await joined(entry.data)
    commands.push({ kind, offset, line, table, columns, statement: statement.toString('latin1'), rows })
  }
  return commands
}

/** The same from an outline. `parallel`: all stretches are read at once. */
export async function replayed(
  outline: readonly OutlineEntry[],
  text: DumpText,
  { parallel = false } = {},
): Promise<readonly Command[]> {
  if (parallel) return (await Promise.all(outline.map((entry) => commandsOf(entry, text)))).flat()
  const commands: Command[] = []
  for (const entry of outline) commands.push(...(await commandsOf(entry, text)))
  return commands
}

async function commandsOf(entry: OutlineEntry, text: DumpText): Promise<readonly Command[]> {
  switch (entry.kind) {
    case 'statement':
    case 'connect':
      return [flat(entry)]
    case 'copy': {
      const { kind, offset, line, table, columns, statement } = entry
      const rows = await joined(text.bytes(entry.data))
      return [{ kind, offset, line, table, columns, statement: statement.toString('latin1'), rows }]
    }
    case 'inserts':
    case 'transaction': {
      const commands: Command[] = []
      for await (const part of text.entries(entry)) commands.push(flat(part))
      return commands
    }
    default:
      throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
  }
}

function flat(entry: StatementEntry | InsertEntry | ConnectEntry): Command {
  return 'text' in entry ? { ...entry, text: entry.text.toString('latin1') } : { ...entry }
}

async function joined(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(Buffer.from(chunk))
  return Buffer.concat(parts).toString('latin1')
}
