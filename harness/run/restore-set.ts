import { asFault, scrubLine } from '../core/index.ts'
import { restoreDumps, type RestoreLedger } from '../restore/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import { layPlatform } from '../supabase/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { FindingBook } from './finding-book.ts'
import type { Situation } from './situation.ts'
import type { StartedEngine } from './start-engine.ts'

/** A database name nobody has: what a plain pg_dump is restored into when nothing says what it was called. */
const defaultDatabase = 'rehearsal'

export interface RestoredSet {
  readonly ledger: RestoreLedger
  /** The database that is observed. */
  readonly database: string
  readonly otherDatabases: readonly string[]
}

export async function restoreSet(
  choice: DumpChoice,
  { server, platform }: StartedEngine,
  names: { readonly source: string | null; readonly baseline: Facts | null },
  situation: Situation,
  book: FindingBook,
): Promise<RestoredSet> {
  const target = await prepareDatabase(
    server,
    names.source ?? names.baseline?.server.database ?? defaultDatabase,
    names.baseline,
    choice,
  )
  await using session = await server.connect(target)
  await layPlatform(session, platform)
  const ledger = await restoreDumps(
    choice.restored.map(({ file }) => ({ path: file.path, name: file.name })),
    server,
    {
      database: target,
      provided: new Set([...platform.roles, ...platform.schemas]),
      signal: situation.signal,
      progress: situation.progress,
      totalBytes: choice.restored.reduce((sum, { summary }) => sum + summary.plainBytes, 0),
    },
  )
  judgeLedger(ledger, book)
  return { ledger, ...chooseDatabase(ledger, target, situation.config.values.database, names.baseline) }
}

/**
 * The database to restore into, with the locale of its source: generated columns, indexes and sort order may depend on
 * it. Where the engine lacks that locale, the default one (the comparison says so).
 */
async function prepareDatabase(
  server: DisposableServer,
  name: string,
  baseline: Facts | null,
  choice: DumpChoice,
): Promise<string> {
  const dumped = choice.restored.map(({ summary }) => summary.encoding).find((text) => text !== null)
  const encoding = baseline?.server.encoding ?? dumped
  const shape = encoding ? { encoding } : {}
  if (baseline) {
    const { collation: collate, ctype } = baseline.server
    try {
      await server.createDatabase(name, { ...shape, collate, ctype })
      return name
    } catch (thrown) {
      if (asFault(thrown).code !== 'E_SQL') throw thrown
    }
  }
  await server.createDatabase(name, shape)
  return name
}

function judgeLedger(ledger: RestoreLedger, book: FindingBook): void {
  for (const refused of ledger.refused) {
    if (refused.meaning === 'engine') continue // said once, with the engine
    const what = `${refused.verb}${refused.object ? ` ${refused.object}` : ''}`
    const message = `${refused.file}, line ${refused.line}: the server refused ${what}: ${scrubLine(refused.refusal.message)} (${refused.refusal.code})`
    if (refused.meaning === 'harmless')
      book.notice('restore', refused.object ?? refused.verb, `${message}; harmless: ${refused.explanation}`)
    else
      book.differs('restore', refused.object ?? refused.verb, message, {
        remedy: remedyFor(refused.refusal.code),
        attribution: 'dump',
      })
  }
  for (const skipped of ledger.skipped) {
    if (!skipped.hostile) continue
    book.differs(
      'restore',
      skipped.object ?? skipped.verb,
      `${skipped.file}, line ${skipped.line}: not run: ${skipped.reason}`,
      {
        remedy: 'find out who wrote this into the dump; do not restore it',
      },
    )
  }
  for (const table of ledger.tables) {
    if (table.rowsLoaded === table.rowsInDump) continue
    const name = `${table.schema}.${table.name}`
    book.differs('restore', name, `${name}: ${table.rowsInDump} rows in the dump, ${table.rowsLoaded} loaded`, {
      expected: String(table.rowsInDump),
      actual: String(table.rowsLoaded),
      attribution: 'restore',
      remedy: 'see which statement the server refused',
    })
  }
  const rows = ledger.tables.reduce((sum, table) => sum + table.rowsLoaded, 0)
  const red = book.findings.some(({ check, status, notice }) => check === 'restore' && status === 'differs' && !notice)
  if (!red)
    book.same('restore', null, `${ledger.statementsLoaded} statements and ${rows} rows were restored, none was refused`)
}

function remedyFor(code: string): string {
  if (code === '42704') return 'put the missing role or type into the set (`pg_dumpall --roles-only` beside the dump)'
  return 'see the statement in the report; back up again once its cause is gone'
}

function chooseDatabase(
  ledger: RestoreLedger,
  target: string,
  wanted: string | null,
  baseline: Facts | null,
): Omit<RestoredSet, 'ledger'> {
  const rowsOf = (database: string): number =>
    ledger.tables.filter((table) => table.database === database).reduce((sum, table) => sum + table.rowsLoaded, 0)
  const fullest = [...ledger.databases].sort((a, b) => rowsOf(b) - rowsOf(a))
  const database =
    [wanted, baseline?.server.database].find((name) => name && ledger.databases.includes(name)) ?? fullest[0] ?? target
  return { database, otherDatabases: fullest.filter((name) => name !== database && rowsOf(name) > 0) }
}
