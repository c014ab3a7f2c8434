import type { DumpEntry } from '../../dump/index.ts'

/** An entry that a client runs. */
export type RunEntry = Exclude<DumpEntry, { readonly kind: 'end' | 'problem' }>

/** What an entry is about, as our own restore says it. */
export function subjectOf(entry: RunEntry): {
  readonly verb: string
  readonly object: string | null
  readonly text: Buffer
} {
  switch (entry.kind) {
    case 'statement':
      return entry
    case 'connect':
      return { verb: 'CONNECT', object: entry.database, text: Buffer.of() }
    case 'copy':
      return { verb: 'COPY', object: `${entry.table.schema}.${entry.table.name}`, text: entry.statement }
    case 'insert':
      return { verb: 'INSERT', object: `${entry.table.schema}.${entry.table.name}`, text: entry.text }
    default:
      throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
  }
}
