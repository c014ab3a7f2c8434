import type { DumpText, OutlinedCopy, OutlineEntry, StatementEntry } from '../dump/index.ts'
import type { Session } from '../postgres/index.ts'
import type { LedgerBook } from './ledger-book.ts'
import { loadCopy, runStatements, type Loading } from './load-rows.ts'
import { estimateCost } from './plan/estimate-cost.ts'
import { keyOfTable, touchAll, type LoadRules } from './plan/load-rules.ts'
import { planGraph, type FreeEntry, type PlanItem } from './plan/plan-graph.ts'
import { readLoadRules } from './plan/read-load-rules.ts'
import { readTouches, type StatementUse } from './plan/read-touches.ts'
import type { RefusalScribe } from './refusal-scribe.ts'
import type { DumpFile } from './restore-dumps.ts'
import type { Restorer } from './restorer.ts'
import { runPlan } from './run-plan.ts'
import type { WorkerSessions } from './worker-sessions.ts'

export interface PlannedRestore {
  readonly restorer: Restorer
  readonly workers: WorkerSessions
  readonly book: LedgerBook
  readonly scribe: RefusalScribe
  readonly jobs: number
  /** Bytes of rows by table, of all the dumps of the set. */
  readonly bytesOf: ReadonlyMap<string, number>
  /** COPY blocks by table: one that has several is never frozen. */
  readonly blocksOf: ReadonlyMap<string, number>
  readonly isDisposable: boolean
  readonly onBytes: (bytes: number, detail: string) => void
  /** Told when rows may have been loaded without their foreign keys being checked. */
  readonly onUnchecked: () => void
}

/**
 * Restores a dump by its outline: what only its own order is safe for in that order, on one session; rows, indexes,
 * constraints, triggers and the like beside each other, each as soon as what it needs is there.
 */
export async function restoreOutline(
  outline: readonly OutlineEntry[],
  text: DumpText,
  file: DumpFile,
  restore: PlannedRestore,
): Promise<void> {
  const { restorer, book, scribe, onBytes } = restore
  const loading: Loading = { text, file: file.name, book, scribe, onBytes }
  const ownerOfIndex = new Map<string, string>()
  let at = 0
  while (at < outline.length) {
    const uses = new Map<OutlineEntry, StatementUse | null>()
    const useOf = (entry: StatementEntry): StatementUse | null => {
      const known = uses.get(entry)
      if (known !== undefined) return known
      const use = readTouches(entry, ownerOfIndex)
      uses.set(entry, use)
      if (use?.makes) ownerOfIndex.set(use.makes.name, use.makes.on)
      return use
    }
    const first = outline[at]
    if (first === undefined) return
    if (first.kind === 'connect') {
      await restorer.run(first, file)
      at += 1
      continue
    }
    const isFree = (entry: OutlineEntry): boolean =>
      entry.kind === 'statement' ? useOf(entry) !== null : entry.kind !== 'connect'
    const ordered = takeWhile(outline, at, (entry) => entry.kind === 'statement' && !isFree(entry))
    await restorer.statements(ordered as readonly StatementEntry[], file)
    at += ordered.length
    if (ordered.length > 0) continue
    const session = await restorer.session()
    const rules = await readLoadRules(session)
    if (await isUnchecked(session, outline)) restore.onUnchecked()
    const free = takeWhile(outline, at, (entry) => isFree(entry) && !mustStayInOrder(entry, rules))
    if (free.length > 0) {
      const entries = free.map((entry) => toFreeEntry(entry, rules, restore.bytesOf, useOf))
      await runFree(planGraph(entries), rules, file, loading, restore)
      at += free.length
      continue
    }
    const inOrder = takeWhile(
      outline,
      at,
      (entry) => entry.kind !== 'statement' && isFree(entry) && mustStayInOrder(entry, rules),
    )
    for (const entry of inOrder) await runEntry(entry, session, file, loading, { restore, rules })
    at += inOrder.length
  }
}

/** Are rows about to be loaded with the server's triggers off, and with them its foreign keys? */
async function isUnchecked(session: Session, outline: readonly OutlineEntry[]): Promise<boolean> {
  if (outline.some((entry) => entry.kind === 'statement' && entry.verb === 'ALTER TABLE DISABLE TRIGGER')) return true
  const [row] = await session.query(`SELECT pg_catalog.current_setting('session_replication_role') AS role`)
  return row?.['role'] === 'replica'
}

function takeWhile(
  outline: readonly OutlineEntry[],
  from: number,
  fits: (entry: OutlineEntry) => boolean,
): readonly OutlineEntry[] {
  let to = from
  for (let entry = outline[to]; entry !== undefined && fits(entry); entry = outline[to]) to += 1
  return outline.slice(from, to)
}

/** Rows whose loading may depend on what other tables hold by then; and of tables that the database doesn't know. */
function mustStayInOrder(entry: OutlineEntry, rules: LoadRules): boolean {
  // Large objects belong to nobody else; what another transaction holds may need anything.
  if (entry.kind === 'transaction') return entry.label?.type !== 'BLOBS'
  if (entry.kind !== 'copy' && entry.kind !== 'inserts') return false
  const known = rules.get(keyOfTable(entry.table))
  if (known === undefined || known.isSensitive) return true
  const isPart = entry.kind === 'copy' && entry.columns.length > 0 && entry.columns.length < known.columns
  return isPart || known.descendants.some((key) => rules.get(key)?.isSensitive !== false)
}

function toFreeEntry(
  entry: OutlineEntry,
  rules: LoadRules,
  bytesOf: ReadonlyMap<string, number>,
  useOf: (entry: StatementEntry) => StatementUse | null,
): FreeEntry {
  const use = entry.kind === 'statement' ? useOf(entry) : null
  const direct =
    entry.kind === 'copy' || entry.kind === 'inserts'
      ? [{ key: keyOfTable(entry.table), use: 'load' as const }]
      : (use?.touches ?? [])
  const touches = touchAll(direct, rules)
  return { entry, touches, afterAllRows: use?.afterAllRows ?? false, cost: estimateCost(entry, direct, bytesOf) }
}

async function runFree(
  items: readonly PlanItem[],
  rules: LoadRules,
  file: DumpFile,
  loading: Loading,
  restore: PlannedRestore,
): Promise<void> {
  const { restorer, workers, jobs } = restore
  const own = await restorer.session()
  const sessions = [
    own,
    ...(await workers.open(Math.min(jobs, items.length) - 1, restorer.database, restorer.settings)),
  ]
  const again: PlanItem[] = []
  await runPlan(items, sessions, async (item, session) => {
    const isDone = await runEntry(item.entry, session, file, loading, { restore, rules, mayComeAgain: true })
    if (!isDone) again.push(item)
  })
  // Two that got into each other's way, which nothing in the dump is to blame for.
  for (const { entry } of again.sort((a, b) => a.id - b.id)) {
    await runEntry(entry, own, file, loading, { restore, rules })
  }
}

interface EntryContext {
  readonly restore: PlannedRestore
  readonly rules: LoadRules
  readonly mayComeAgain?: boolean
}

/** False when it must come again, alone. */
async function runEntry(
  entry: OutlineEntry,
  session: Session,
  file: DumpFile,
  loading: Loading,
  { restore, rules, mayComeAgain = false }: EntryContext,
): Promise<boolean> {
  switch (entry.kind) {
    case 'copy':
      await loadCopy(session, entry, loading, mayFreeze(entry, rules, restore))
      return true
    case 'inserts':
    case 'transaction':
      await runStatements(session, entry, loading)
      return true
    case 'statement': {
      const outcome = await session.execute(entry.text)
      if (outcome.ok) restore.book.loaded(entry.verb)
      else if (mayComeAgain && concurrencyStates.has(outcome.refusal.code)) return false
      else restore.scribe.refused(entry, file.name, outcome.refusal)
      return true
    }
    case 'connect':
      return true
    default:
      throw new TypeError(`unhandled ${JSON.stringify(entry satisfies never)}`)
  }
}

/**
 * What only statements that run beside each other are refused with: a deadlock, a serialization failure, a lock that
 * could not be had, and "tuple concurrently updated", which the server gives no code of its own (internal_error).
 */
const concurrencyStates: ReadonlySet<string> = new Set(['40P01', '40001', '55P03', 'XX000'])

function mayFreeze({ table }: OutlinedCopy, rules: LoadRules, { isDisposable, blocksOf }: PlannedRestore): boolean {
  const key = keyOfTable(table)
  const known = rules.get(key)
  return isDisposable && known?.mayFreeze === true && !known.isSensitive && blocksOf.get(key) === 1
}
