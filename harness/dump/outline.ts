import type {
  ConnectEntry,
  DumpPosition,
  DumpSummary,
  InsertEntry,
  QualifiedName,
  StatementEntry,
  TocLabel,
} from './types.ts'

/** A stretch of a dump's (decompressed) text, in bytes from its beginning. */
export interface TextRange {
  readonly from: number
  readonly to: number
}

/** A COPY block: its statement, and where its rows lie. `data` ends before the closing `\.` line. */
export interface OutlinedCopy extends DumpPosition {
  readonly kind: 'copy'
  readonly table: QualifiedName
  readonly columns: readonly string[]
  readonly statement: Buffer
  readonly data: TextRange
  readonly rows: number
}

/** INSERTs into one table, one after the other with nothing between them but comments. */
export interface OutlinedInserts extends DumpPosition {
  readonly kind: 'inserts'
  readonly table: QualifiedName
  readonly range: TextRange
  readonly rows: number
  /** Whether backslashes are plain characters in its `'…'`. */
  readonly standardStrings: boolean
}

/** A transaction that the dump opens and closes itself (large objects): statements that run in order on one session. */
export interface OutlinedTransaction extends DumpPosition {
  readonly kind: 'transaction'
  /** What the comment above it says, which its statements share. */
  readonly label: TocLabel | null
  readonly range: TextRange
  readonly standardStrings: boolean
}

export type OutlineEntry = StatementEntry | OutlinedCopy | OutlinedInserts | OutlinedTransaction | ConnectEntry

/** A dump read from end to end: what it holds, and what a restore needs in order to plan. */
export interface OutlinedDump {
  readonly summary: DumpSummary
  /** Everything but rows and large objects, in the dump's order. Null when that alone is too much to keep in memory. */
  readonly outline: readonly OutlineEntry[] | null
  /** The text once more, any part of it at any time. Throws when the file is no longer the one that was read. */
  readonly openText: (options: { readonly signal?: AbortSignal | undefined }) => Promise<DumpText>
}

/** A dump's text at random. Several stretches may be read at a time; each costs bounded memory. */
export interface DumpText extends AsyncDisposable {
  /** Each chunk is good until the next but one is asked for: its memory is then used again. */
  bytes(range: TextRange): AsyncIterable<Buffer>
  /** The entries of a stretch of whole statements, their positions those in the dump. Texts are their owner's for good. */
  entries(part: OutlinedInserts | OutlinedTransaction): AsyncIterable<StatementEntry | InsertEntry>
  /** Throws `E_DUMP_CHANGED` when the file was replaced or written to since it was read. */
  requireUnchanged(): Promise<void>
}
