import { openDump } from '../../dump/index.ts'
import type { LedgerBook } from '../ledger-book.ts'
import type { RefusalScribe } from '../refusal-scribe.ts'
import { subjectOf } from './entry-subject.ts'
import type { RefusedHandOver } from './hand-over.ts'
import type { Overheard } from './overheard.ts'
import { RefusalQueue } from './refusal-queue.ts'
import type { StockFile } from './types.ts'

export interface Account {
  readonly file: StockFile
  readonly overheard: Overheard
  /** Lines of psql's refusals; empty for pg_restore, which says none. */
  readonly refusedAt: readonly number[]
  /** Where the client began. */
  readonly database: string
  readonly signal: AbortSignal
  /** Whether that was done after all, once the client had ended. */
  readonly isMended: (refused: Omit<RefusedHandOver, 'file'>) => Promise<boolean>
}

/**
 * Puts a client's run into the ledger by walking the dump once more: each refusal is laid to the statement that it was
 * about, and read by the same rules as one of our own restores.
 */
export async function accountFor(account: Account, book: LedgerBook, scribe: RefusalScribe): Promise<void> {
  const { file, overheard, signal, isMended } = account
  const queue = new RefusalQueue(overheard.refusals, account.refusedAt)
  let { database } = account
  book.enterFile(file.name)
  for await (const entry of openDump(file.path, { signal })) {
    if (entry.kind === 'end' || entry.kind === 'problem') continue
    if (entry.kind === 'copy') await entry.skip()
    if (entry.kind === 'connect') database = entry.database
    // What belongs into a database that the client never got into is said with the connection.
    const isEntered = overheard.databases.includes(database)
    if (isEntered) book.enterDatabase(database)
    const heard = queue.take(entry)
    if (heard && (await isMended({ ...subjectOf(entry), database, refusal: heard.refusal }))) {
      book.loaded(subjectOf(entry).verb)
      continue
    }
    const meaning = heard && scribe.refused({ ...positionOf(entry), ...subjectOf(entry) }, file.name, heard.refusal)
    if (entry.kind === 'statement' && entry.object !== null) {
      if (entry.verb === 'CREATE DATABASE' && !heard) scribe.databases.delete(entry.object)
      if (entry.verb === 'CREATE SCHEMA') book.missing.ownSchema(entry.object)
    }
    if (!isEntered || (entry.kind !== 'copy' && entry.kind !== 'insert')) continue
    const { table } = entry
    if (meaning) book.rowsRefused(table, meaning)
    const { rows, bytes } = entry.kind === 'copy' ? entry.counted() : { rows: entry.rows, bytes: entry.text.length }
    book.rows(table, rows, overheard.takeRows(database, `${table.schema}.${table.name}`), bytes, 0)
  }
  // Of the client's own statements, or of one that our reader sees otherwise.
  for (const { verb, object, refusal } of queue.left())
    scribe.refused({ offset: 0, line: 1, verb, object, text: Buffer.of() }, file.name, refusal)
  for (const [verb, count] of overheard.loadedByVerb) for (let n = 0; n < count; n += 1) book.loaded(verb)
}

function positionOf({ offset, line }: { readonly offset: number; readonly line: number }) {
  return { offset, line }
}
