import { availableParallelism } from 'node:os'
import { formatBytes, formatCount } from '../core/index.ts'
import {
  checkSequencesAgainstColumns,
  compareFacts,
  diffObjects,
  type CheckId,
  type CompareOptions,
  type Finding,
  type UsedAsThere,
} from '../compare/index.ts'
import { beginReadOnly, observeTogether, reparseDifferences, type Facts } from '../facts/index.ts'
import type { Session } from '../postgres/index.ts'
import type { ConfigValues } from '../config/index.ts'
import type { RestoreLedger } from '../restore/index.ts'
import type { Platform } from '../supabase/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'
import { holdBack } from './hold-back.ts'
import { leftToSupabase } from './platform-left-out.ts'
import { withWayToRows } from './narrow-findings.ts'
import type { Situation } from './situation.ts'
import type { StartedEngine } from './start-engine.ts'

/** Bounds what a restored database can make us wait: its own types and functions take part in reading it. */
const statementTimeoutMs = 600_000
const lockTimeoutMs = 10_000

/**
 * Reads every row of the restored database, over as many sessions as there are cores. `conditions`: those that an
 * extension's tables have at the source, which alone are run here.
 */
export async function observeRestored(
  { server }: StartedEngine,
  database: string,
  { clock, config, progress, signal }: Situation,
  conditions: ReadonlyMap<string, string> = new Map(),
): Promise<Facts> {
  await using opened = new AsyncDisposableStack()
  const sessions: Session[] = []
  while (sessions.length < availableParallelism()) {
    const session = opened.use(await server.connect(database, { signal }))
    await beginReadOnly(session, { statementTimeoutMs, lockTimeoutMs })
    sessions.push(session)
  }
  return await observeTogether(sessions, {
    source: 'restored',
    conditions,
    schemas: config.values.schemas,
    fingerprint: config.values.depth === 'rows',
    takenAt: clock.now().toISOString(),
    signal,
    onTable: (done: number, total: number, name: string) => {
      if (done === 0) progress.begin('observe', total)
      progress.advance(done, name)
    },
  })
}

export interface Comparison {
  /** The baseline as this server prints it: deparsed expressions re-parsed. */
  readonly baseline: Facts | null
  readonly diffs: readonly { readonly object: string; readonly diff: string }[]
}

/** What an object that the engine could not make shows up in. */
const aboutObjects: ReadonlySet<CheckId> = new Set(['tables', 'row counts', 'row content', 'sequences', 'schema'])

/** What a backup of definitions alone is not asked for. */
const aboutRows: ReadonlySet<CheckId> = new Set(['row counts', 'row content', 'sequences'])

/** The restored copy and all that is known of how it came about. */
export interface RestoredCopy {
  readonly facts: Facts
  readonly database: string
  readonly ledger: RestoreLedger
  readonly platform: Platform
  readonly choice: DumpChoice
  readonly usedAsThere: UsedAsThere
}

export async function compareRestored(
  { facts: restored, database, ledger, platform, choice, usedAsThere }: RestoredCopy,
  baseline: Facts | null,
  session: Session,
  { config }: Situation,
  book: FindingBook,
): Promise<Comparison> {
  judgeTables(restored, config.values, book)
  book.revise(aboutObjects, holdBack(ledger))
  const isAsked = ({ check }: Finding): boolean => config.values.expect !== 'schema' || !aboutRows.has(check)
  if (!baseline) {
    book.add(checkSequencesAgainstColumns(restored).filter(isAsked))
    if (!book.has('sequences')) book.same('sequences', null, 'the database has no sequences')
    return { baseline: null, diffs: [] }
  }
  const comparable = await reparseDifferences(session, baseline, restored)
  const copy = { facts: restored, database, ledger, platform, choice, usedAsThere }
  book.add(
    compareFacts(comparisonOf(copy, comparable, config.values))
      .filter(isAsked)
      .map(withWayToRows),
  )
  book.revise(aboutObjects, holdBack(ledger))
  const differing = book.findings.filter(
    ({ check, status, notice }) => check === 'schema' && status === 'differs' && !notice,
  )
  const named = new Set(differing.map(({ object }) => object))
  const diffs = diffObjects(comparable, restored)
    .filter(({ identity }) => named.has(identity))
    .map(({ object, diff }) => ({ object, diff }))
  return { baseline: comparable, diffs }
}

/** What a rehearsal compares, and how. */
export function comparisonOf(
  { facts: restored, database, ledger, platform, choice, usedAsThere }: RestoredCopy,
  baseline: Facts,
  { depth, tolerances: { rows, tables } }: ConfigValues,
): CompareOptions {
  return {
    baseline,
    restored,
    baselineKind: baseline.source === 'live' ? 'live' : 'dump-snapshot',
    loaded: ledger.tables.filter((table) => table.database === database),
    notCovered: leftToSupabase(
      platform,
      choice.restored.map(({ summary }) => summary),
    ),
    usedAsThere,
    depth,
    rowTolerance: ({ schema, name }) => ({ ratio: tables[`${schema}.${name}`] ?? rows }),
    carries: whatItCarries(choice),
  }
}

/**
 * Roles come with pg_dumpall, what is the database's own with it or with `pg_dump --create`; its settings never where the
 * definitions are the CLI's.
 */
export function whatItCarries({ restored }: DumpChoice): Required<NonNullable<CompareOptions['carries']>> {
  return {
    settings: !restored.some(
      ({ summary: { writer, holds } }) => writer === 'supabase-cli' && (holds.schema || holds.data),
    ),
    roles: restored.some(({ summary }) => summary.rolesCreated.length > 0),
    database: restored.some(({ summary }) => 'DATABASE' in summary.entries || 'CREATE DATABASE' in summary.entries),
  }
}

/** What config expects of the tables, whatever production says. */
function judgeTables(restored: Facts, { tables }: ConfigValues, book: FindingBook): void {
  const rowsOf = new Map(restored.tables.map(({ schema, name, rows }) => [`${schema}.${name}`, Number(rows)]))
  const present = new Set(
    restored.objects.filter(({ kind }) => kind === 'table' || kind === 'foreign table').map(({ identity }) => identity),
  )
  for (const table of tables.expected) {
    if (present.has(table)) book.same('tables', table, `${table} is there`)
    else
      book.differs('tables', table, `${table} is expected and is not in the restored database`, {
        remedy: 'see whether the dump leaves it out (-n, -t, -T), or correct the list in config',
      })
  }
  const { total, bySchema } = tables.minCount
  const counts: [string, number, number][] = Object.entries(bySchema).map(([schema, least]) => [
    `schema ${schema}`,
    countIn(present, schema),
    least,
  ])
  if (total !== null) counts.push(['all schemas', present.size, total])
  for (const [object, count, least] of counts) {
    const words = { expected: `at least ${least}`, actual: String(count) }
    const message = `${count} tables in ${object}, at least ${least} expected`
    if (count < least) book.differs('tables', object, message, { ...words, remedy: 'see which schemas the dump holds' })
    else book.same('tables', object, message, words)
  }
  const leastRows = new Map<string, number>([
    ...tables.critical.map((table): [string, number] => [table, 1]),
    ...Object.entries(tables.minRows),
  ])
  for (const [table, least] of leastRows) {
    const rows = rowsOf.get(table) ?? 0
    const message = `${table} holds ${rows} rows, at least ${least} expected`
    if (rows < least)
      book.differs('tables', table, message, {
        expected: `at least ${least}`,
        actual: String(rows),
        remedy: 'see whether the dump holds its rows',
      })
    else book.same('tables', table, message)
  }
}

function countIn(tables: ReadonlySet<string>, schema: string): number {
  return [...tables].filter((table) => table.startsWith(`${schema}.`)).length
}

export function describeDatabase(facts: Facts): string {
  const rows = facts.tables.reduce((sum, table) => sum + Number(table.rows), 0)
  return `${facts.tables.length} tables, ${formatCount(rows)} rows, ${formatBytes(Number(facts.server.databaseBytes))}`
}
