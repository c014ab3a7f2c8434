import { quoteQualified, systemClock } from '../core/index.ts'
import type { DumpText, InsertEntry, OutlinedCopy, OutlinedInserts, OutlinedTransaction } from '../dump/index.ts'
import type { Outcome, Session } from '../postgres/index.ts'
import type { Deputy } from './deputy/deputy.ts'
import type { LedgerBook } from './ledger-book.ts'
import { loadInserts } from './inserts/load-inserts.ts'
import type { RefusalScribe, Tried } from './refusal-scribe.ts'

/** What rows are loaded with, and where it is written down. */
export interface Loading {
  readonly text: DumpText
  readonly file: string
  readonly book: LedgerBook
  readonly scribe: RefusalScribe
  readonly deputy: Deputy
  /** That it goes into. */
  readonly database: string
  /** Called with the bytes that have gone to the server. */
  readonly onBytes: (bytes: number, table: string) => void
}

/** Smaller tables are loaded faster than they are emptied. */
const worthFreezingBytes = 262_144

/**
 * A COPY block, as bytes from file to socket. `mayFreeze`: the table is empty and nobody else's, so that emptying it
 * anew lets the server skip the log (wal_level=minimal) and write rows that need no second visit.
 * https://www.postgresql.org/docs/current/sql-copy.html (FREEZE)
 */
export async function loadCopy(
  session: Session,
  entry: OutlinedCopy,
  loading: Loading,
  mayFreeze: boolean,
): Promise<void> {
  const { table, data, rows, offset, line, statement } = entry
  const bytes = data.to - data.from
  const startedMs = systemClock.monotonicMs()
  const outcome =
    (mayFreeze && bytes >= worthFreezingBytes ? await copyFrozen(session, entry, loading) : null) ??
    (await session.copyIn(statement, counted(entry, loading)))
  const { book, scribe, file } = loading
  book.rows(table, rows, outcome.ok ? (outcome.rows ?? 0) : 0, bytes, systemClock.monotonicMs() - startedMs)
  if (outcome.ok) book.loaded('COPY')
  else {
    const tried = { offset, line, verb: 'COPY', object: `${table.schema}.${table.name}`, text: statement }
    book.rowsRefused(table, scribe.refused(tried, file, outcome.refusal))
  }
}

/** Null where the server would not have it so: then the block is loaded as the dump says, and that answer counts. */
async function copyFrozen(session: Session, entry: OutlinedCopy, loading: Loading): Promise<Outcome | null> {
  const { schema, name } = entry.table
  const text = entry.statement.toString('latin1')
  const end = /;\s*$/.exec(text)
  if (end === null) return null
  const frozen = Buffer.from(`${text.slice(0, end.index)} WITH (FREEZE);`, 'latin1')
  const began = await session.execute(`BEGIN; TRUNCATE ONLY ${quoteQualified(schema, name)}`)
  const copied = began.ok ? await session.copyIn(frozen, counted(entry, loading)) : began
  const ended = await session.execute(copied.ok ? 'COMMIT' : 'ROLLBACK')
  return copied.ok && ended.ok ? copied : null
}

async function* counted({ table, data }: OutlinedCopy, { text, onBytes }: Loading): AsyncGenerator<Buffer> {
  const name = `${table.schema}.${table.name}`
  for await (const chunk of text.bytes(data)) {
    yield chunk
    onBytes(chunk.length, name)
  }
}

/** INSERTs of one table, by COPY where that leaves the same. */
export async function loadInsertRun(session: Session, part: OutlinedInserts, loading: Loading): Promise<void> {
  const { text, file, book, scribe, onBytes } = loading
  await loadInserts(session, text.entries(part), {
    loaded({ table, rowsInDump, rowsLoaded, bytes, statements, ms }) {
      book.rows(table, rowsInDump, rowsLoaded, bytes, ms)
      book.loaded('INSERT', statements)
      onBytes(bytes, `${table.schema}.${table.name}`)
    },
    refused(entry, refusal) {
      if (entry.kind === 'statement') scribe.refused(entry, file, refusal)
      else book.rowsRefused(entry.table, scribe.refused(triedInsert(entry), file, refusal))
    },
    ran: ({ verb }) => book.loaded(verb),
  })
}

/** A transaction of the dump's own (large objects), statement after statement. */
export async function runTransaction(session: Session, part: OutlinedTransaction, loading: Loading): Promise<void> {
  const { text, file, book, scribe, onBytes } = loading
  for await (const entry of text.entries(part)) {
    const startedMs = systemClock.monotonicMs()
    const outcome = await session.execute(entry.text)
    const tried = entry.kind === 'insert' ? triedInsert(entry) : entry
    onBytes(entry.text.length, tried.object ?? 'large objects')
    if (outcome.ok) book.loaded(tried.verb)
    const meaning = outcome.ok ? null : scribe.refused(tried, file, outcome.refusal)
    if (entry.kind !== 'insert') continue
    const ms = systemClock.monotonicMs() - startedMs
    book.rows(entry.table, entry.rows, outcome.ok ? (outcome.rows ?? 0) : 0, entry.text.length, ms)
    if (meaning !== null) book.rowsRefused(entry.table, meaning)
  }
}

function triedInsert({ table, offset, line, text }: InsertEntry): Tried {
  return { offset, line, verb: 'INSERT', object: `${table.schema}.${table.name}`, text }
}
