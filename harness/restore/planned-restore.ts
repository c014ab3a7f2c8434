import type { DumpText, OutlinedCopy, OutlineEntry, StatementEntry } from '../dump/index.ts'
import type { Session } from '../postgres/index.ts'
import type { LedgerBook } from './ledger-book.ts'
import type { Loading } from './load-rows.ts'
import type { Deputy } from './deputy/deputy.ts'
import { estimateCost } from './plan/estimate-cost.ts'
import { keyOfTable, touchAll, type LoadRules } from './plan/load-rules.ts'
import { findDefinitions } from './plan/find-definitions.ts'
import { planGraph, type FreeEntry, type PlanItem, type Unweighed } from './plan/plan-graph.ts'
import { readLoadRules } from './plan/read-load-rules.ts'
import { readTouches, type StatementUse } from './plan/read-touches.ts'
import type { RefusalScribe } from './refusal-scribe.ts'
import type { DumpFile } from './restore-dumps.ts'
import type { Restorer } from './restorer.ts'
import { isSmall, runEntry, runTogether, type EntryContext } from './run-entries.ts'
import { runPlan } from './run-plan.ts'
import type { WorkerSessions } from './worker-sessions.ts'

export interface PlannedRestore {
  readonly restorer: Restorer
  readonly workers: WorkerSessions
  readonly book: LedgerBook
  readonly scribe: RefusalScribe
  readonly deputy: Deputy
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
  const { restorer, book, scribe, deputy, onBytes } = restore
  const shared = { text, file: file.name, book, scribe, deputy, onBytes }
  const loadingHere = (): Loading => ({ ...shared, database: restorer.database })
  const ownerOfIndex = new Map<string, string>()
  const definitions = findDefinitions(outline)
  const disablesTriggers = outline.some(
    (entry) => entry.kind === 'statement' && entry.verb === 'ALTER TABLE DISABLE TRIGGER',
  )
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
      await restore.workers.close()
      await restorer.run(first, file)
      at += 1
      continue
    }
    const isFree = (entry: OutlineEntry): boolean =>
      entry.kind === 'statement' ? useOf(entry) !== null : entry.kind !== 'connect'
    const made = definitions.get(at)
    if (made !== undefined) {
      if (await isPathEmpty(await restorer.session())) {
        const items = made.map((free) => weigh(free, new Map(), restore))
        await runFree(planGraph(items), { loading: loadingHere(), mayFreeze: () => false }, restore)
      } else {
        const inOrder = made.flatMap(({ entry }) => (entry.kind === 'statement' ? [entry] : []))
        await restorer.statements(inOrder, file)
      }
      at += made.length
      continue
    }
    const ordered = takeWhile(
      outline,
      at,
      (entry, place) => entry.kind === 'statement' && !isFree(entry) && !definitions.has(place),
    )
    await restorer.statements(ordered as readonly StatementEntry[], file)
    at += ordered.length
    if (ordered.length > 0) continue
    const session = await restorer.session()
    if (disablesTriggers || (await isReplica(session))) restore.onUnchecked()
    const settled = rowsAreSettled()
    const maybeFree = takeWhile(outline, at, (entry) => isFree(entry) && settled(entry)).map((entry) =>
      toFreeEntry(entry, useOf),
    )
    const rules = await readLoadRules(session, maybeFree)
    const context = { loading: loadingHere(), mayFreeze: (entry: OutlinedCopy) => mayFreeze(entry, rules, restore) }
    for (let from = 0; from < maybeFree.length;) {
      const free = takeWhile(maybeFree, from, ({ entry }) => !mustStayInOrder(entry, rules))
      if (free.length > 0) await runFree(planGraph(free.map((entry) => weigh(entry, rules, restore))), context, restore)
      const inOrder = takeWhile(maybeFree, from + free.length, ({ entry }) => mustStayInOrder(entry, rules))
      for (const { entry } of inOrder) await runEntry(entry, session, context)
      from += free.length + inOrder.length
    }
    at += maybeFree.length
  }
}

/** Are rows about to be loaded with the server's triggers off, and with them its foreign keys? */
async function isReplica(session: Session): Promise<boolean> {
  const [row] = await session.query(`SELECT pg_catalog.current_setting('session_replication_role') AS role`)
  return row?.['role'] === 'replica'
}

/** What says nothing that loading rows could depend on. */
const aside = /^(?:SELECT setval|COMMENT ON .*)$/

/**
 * False for rows that come after a trigger, a constraint or an index of the same run: what loading them depends on must
 * be asked again once those are there.
 */
function rowsAreSettled(): (entry: OutlineEntry) => boolean {
  let isChanged = false
  return (entry) => {
    if (entry.kind !== 'statement') return !isChanged
    isChanged ||= !aside.test(entry.verb)
    return true
  }
}

function takeWhile<Item>(
  items: readonly Item[],
  from: number,
  fits: (item: Item, place: number) => boolean,
): readonly Item[] {
  let to = from
  for (let item = items[to]; item !== undefined && fits(item, to); item = items[to]) to += 1
  return items.slice(from, to)
}

async function isPathEmpty(session: Session): Promise<boolean> {
  const [row] = await session.query(`SELECT pg_catalog.current_setting('search_path') AS path`)
  return row?.['path'] === '' || row?.['path'] === '""'
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

function toFreeEntry(entry: OutlineEntry, useOf: (entry: StatementEntry) => StatementUse | null): Unweighed {
  if (entry.kind === 'copy' || entry.kind === 'inserts') {
    return { entry, touches: [{ key: keyOfTable(entry.table), use: 'load' }], afterAllRows: false }
  }
  const use = entry.kind === 'statement' ? useOf(entry) : null
  return { entry, touches: use?.touches ?? [], afterAllRows: use?.afterAllRows ?? false }
}

function weigh({ entry, touches, afterAllRows }: Unweighed, rules: LoadRules, { bytesOf }: PlannedRestore): FreeEntry {
  return { entry, touches: touchAll(touches, rules), afterAllRows, cost: estimateCost(entry, touches, bytesOf) }
}

async function runFree(items: readonly PlanItem[], context: EntryContext, restore: PlannedRestore): Promise<void> {
  const { restorer, workers, jobs, book } = restore
  const own = await restorer.session()
  const others = await workers.open(Math.min(jobs, items.length) - 1, restorer.database, restorer.settings)
  await runPlan(items, [own, ...others], {
    isSmall,
    run: async (batch, session) => {
      if (batch.length > 1 && (await runTogether(batch, session, book))) return
      for (const { entry } of batch) await runEntry(entry, session, context)
    },
  })
}

function mayFreeze({ table }: OutlinedCopy, rules: LoadRules, { isDisposable, blocksOf }: PlannedRestore): boolean {
  const key = keyOfTable(table)
  const known = rules.get(key)
  return isDisposable && known?.mayFreeze === true && !known.isSensitive && blocksOf.get(key) === 1
}
