import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../core/index.ts'
import type { OutlinedCopy, OutlineEntry, StatementEntry } from '../dump/index.ts'
import type { Session } from '../postgres/index.ts'
import { mayBatch } from './batch-statements.ts'
import type { LedgerBook } from './ledger-book.ts'
import { loadCopy, loadInsertRun, runTransaction, type Loading } from './load-rows.ts'
import type { PlanItem } from './plan/plan-graph.ts'

/** What a statement over a table of a few rows costs, as plan/estimate-cost.ts has it. */
const smallCost = 30_000

export function isSmall({ entry, cost }: PlanItem): boolean {
  if (cost > smallCost) return false
  return entry.kind === 'statement' ? mayBatch(entry) : entry.kind === 'copy' && entry.rows === 0
}

/** As one text, in one transaction of its own; false when one of them is refused, and nothing has happened then. */
export async function runTogether(batch: readonly PlanItem[], session: Session, book: LedgerBook): Promise<boolean> {
  const texts = batch.flatMap(({ entry }) =>
    entry.kind === 'statement' ? [entry.text] : entry.kind === 'copy' ? [entry.statement] : [],
  )
  // Each COPY among them asks for its rows, and each time there are none.
  const { ok } = await session.copyIn(Buffer.concat(texts.flatMap((text) => [text, newline])), noRows)
  if (!ok) return false
  for (const { entry } of batch) {
    if (entry.kind === 'copy') book.rows(entry.table, 0, 0, 0, 0)
    book.loaded(entry.kind === 'statement' ? entry.verb : 'COPY')
  }
  return true
}

export interface EntryContext {
  readonly loading: Loading
  readonly mayFreeze: (entry: OutlinedCopy) => boolean
}

const newline = Buffer.from('\n')
const noRows: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} }

/** One entry, on any session of the database that it belongs to. */
export async function runEntry(
  entry: OutlineEntry,
  session: Session,
  { loading, mayFreeze }: EntryContext,
): Promise<void> {
  switch (entry.kind) {
    case 'copy':
      return loadCopy(session, entry, loading, mayFreeze(entry))
    case 'inserts':
      return loadInsertRun(session, entry, loading)
    case 'transaction':
      return runTransaction(session, entry, loading)
    case 'statement':
      return runStatement(entry, session, loading)
    case 'connect':
      throw new Fault('E_DEFECT', 'a change of the database within a plan')
    default:
      throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
  }
}

/**
 * What only statements that run beside each other are refused with: a deadlock, a serialization failure, a lock that
 * could not be had, and "tuple concurrently updated", which the server gives no code of its own (internal_error).
 */
const concurrencyStates: ReadonlySet<string> = new Set(['40P01', '40001', '55P03', 'XX000'])

/** As long as two statements may get into each other's way, with a little more time each. */
const attempts = 6

async function runStatement(entry: StatementEntry, session: Session, loading: Loading): Promise<void> {
  const { book, scribe, file, deputy, database } = loading
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await deputy.run(entry, session, database)
    if (outcome.ok) return book.loaded(entry.verb)
    if (attempt === attempts || !concurrencyStates.has(outcome.refusal.code)) {
      scribe.refused(entry, file, outcome.refusal)
      return undefined
    }
    await sleep(10 * 2 ** attempt)
  }
}
