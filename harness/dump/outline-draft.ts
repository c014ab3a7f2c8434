import type { DumpReader } from './reader/dump-reader.ts'
import type { DumpLimits } from './limits.ts'
import type { OutlinedInserts, OutlineEntry, TextRange } from './outline.ts'
import type { TextPlaces } from './text/random-text.ts'
import { endsTransaction, beginsTransaction } from './transaction-words.ts'
import type { CopyEntry, DumpEntry, InsertEntry, StatementEntry, TocLabel } from './types.ts'

/** `pending`: rows of a statement that has come in part; null between statements. */
type Run = { -readonly [Key in keyof OutlinedInserts]: OutlinedInserts[Key] } & { pending: number | null }
interface Transaction {
  readonly offset: number
  readonly line: number
  readonly label: TocLabel | null
  readonly standardStrings: boolean
  to: number
}

/** Gathers from the entries of one reading what a restore plans with. */
export class OutlineDraft {
  readonly #reader: DumpReader
  readonly #limits: DumpLimits
  readonly #places: TextPlaces
  /** Null: it became too much, or holds what cannot be read out of order. */
  #entries: OutlineEntry[] | null = []
  #bytes = 0
  #run: Run | null = null
  #transaction: Transaction | null = null

  constructor(reader: DumpReader, limits: DumpLimits, places: TextPlaces) {
    this.#reader = reader
    this.#limits = limits
    this.#places = places
    reader.onQuietEnd = (end) => this.#ended(end)
  }

  /** To be told of every entry before anyone else reads its rows. */
  async add(entry: DumpEntry): Promise<void> {
    if (this.#entries === null) return
    switch (entry.kind) {
      case 'statement':
        this.#statement(entry)
        break
      case 'insert':
        if (this.#transaction === null) this.#insert(entry)
        else this.#transaction.to = this.#reader.statementEnd ?? this.#transaction.to
        break
      case 'copy':
        await this.#copy(entry)
        break
      case 'connect':
        if (this.#transaction !== null) this.#giveUp()
        this.#keep(entry, 0)
        break
      case 'problem':
      case 'end':
        break
      default:
        throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
    }
  }

  finish(): readonly OutlineEntry[] | null {
    this.#closeTransaction()
    this.#closeRun()
    return this.#entries
  }

  #statement(entry: StatementEntry): void {
    const end = this.#reader.statementEnd ?? entry.offset
    const open = this.#transaction
    if (open !== null) {
      open.to = end
      if (endsTransaction(entry)) this.#closeTransaction()
      return
    }
    if (!beginsTransaction(entry)) {
      this.#keep({ ...entry, text: Buffer.from(entry.text) }, entry.text.length)
      return
    }
    this.#closeRun()
    const { offset, line, label } = entry
    this.#transaction = { offset, line, label, standardStrings: this.#reader.standardStrings, to: end }
  }

  #insert(entry: InsertEntry): void {
    const { offset, line, table, rows } = entry
    let run = this.#run
    if (run !== null && run.pending === null && !this.#continues(run, entry)) {
      this.#closeRun()
      run = null
    }
    if (run === null) {
      const { standardStrings } = this.#reader
      run = { kind: 'inserts', offset, line, table, range: emptyAt(offset), rows: 0, standardStrings, pending: null }
      this.#run = run
    }
    run.pending = (run.pending ?? 0) + rows
    const end = this.#reader.statementEnd
    if (end !== null) this.#ended(end)
  }

  #ended(end: number): void {
    if (this.#transaction !== null) this.#transaction.to = end
    const run = this.#run
    if (run === null) return
    run.rows += run.pending ?? 0
    run.pending = null
    run.range = { from: run.range.from, to: end }
  }

  #continues(run: Run, { table, offset }: InsertEntry): boolean {
    const { from, to } = run.range
    return (
      run.table.name === table.name &&
      run.table.schema === table.schema &&
      to - from < this.#places.runBytes &&
      offset < this.#places.endOf(from)
    )
  }

  async #copy(entry: CopyEntry): Promise<void> {
    // Rows within a transaction of the dump's own cannot be told apart from it.
    if (this.#transaction !== null) this.#giveUp()
    const { kind, offset, line, table, columns } = entry
    const statement = Buffer.from(entry.statement)
    const from = this.#reader.rowsFrom
    await entry.skip()
    const { rows, bytes, terminated } = entry.counted()
    if (!terminated) return
    const data = { from, to: from + bytes }
    this.#keep({ kind, offset, line, table, columns, statement, data, rows }, statement.length)
    if (bytes > 0) this.#claim(data)
  }

  #closeRun(): void {
    const run = this.#run
    this.#run = null
    // Of a statement that never ended nothing is kept.
    if (run === null || run.range.to === run.range.from) return
    const { pending: _, ...entry } = run
    this.#claim(entry.range)
    this.#push(entry, 0)
  }

  #closeTransaction(): void {
    const open = this.#transaction
    this.#transaction = null
    if (open === null) return
    const { to, ...entry } = open
    const range = { from: open.offset, to }
    this.#claim(range)
    this.#push({ kind: 'transaction', ...entry, range }, 0)
  }

  #keep(entry: OutlineEntry, bytes: number): void {
    this.#closeRun()
    this.#push(entry, bytes)
  }

  #push(entry: OutlineEntry, bytes: number): void {
    this.#bytes += bytes
    this.#entries?.push(entry)
    const { outlineBytes, outlineEntries } = this.#limits
    if (this.#bytes > outlineBytes || (this.#entries?.length ?? 0) > outlineEntries) this.#giveUp()
  }

  #claim(range: TextRange): void {
    if (!this.#places.claim(range)) this.#giveUp()
  }

  #giveUp(): void {
    this.#entries = null
    this.#run = null
    this.#transaction = null
  }
}

function emptyAt(offset: number): TextRange {
  return { from: offset, to: offset }
}
