import { formatCount } from '../../core/index.ts'
import { checkForeignKeys, refreshViews, type RestoreLedger } from '../../restore/index.ts'
import { countRows } from './count-rows.ts'
import type { ForeignServer } from './foreign-server.ts'
import type { BringBackRequest, BroughtBack } from './types.ts'

/** What psql would leave to whoever restores: views are filled, references that nobody checked are, and all is counted. */
export async function settle(
  ledger: RestoreLedger,
  foreign: ForeignServer,
  { only, tables, schemas, signal }: BringBackRequest,
): Promise<Omit<BroughtBack, 'settings'>> {
  const { database } = foreign.place
  await using session = await foreign.look(signal)
  const isWhole = tables.length + schemas.length === 0
  const views = only === 'schema' || !isWhole ? [] : await refreshViews(session, () => true)
  const unfilledViews = views.flatMap(({ schema, name, refusal }) =>
    refusal ? [{ name: `${schema}.${name}`, message: refusal.message }] : [],
  )
  const orphans = only === 'data' ? await checkForeignKeys([session]) : ledger.orphans
  const miscounted = await countRows(session, ledger.tables)
  const refused = ledger.refused.filter(({ meaning }) => meaning !== 'harmless')
  const harmless = ledger.refused.filter(({ meaning }) => meaning === 'harmless')
  const rows = ledger.tables.reduce((sum, { rowsLoaded }) => sum + rowsLoaded, 0)
  const short = ledger.tables.filter(({ rowsLoaded, rowsInDump }) => rowsLoaded < rowsInDump)
  const hostile = ledger.skipped.filter((skipped) => skipped.hostile)
  const refusedCount = ledger.refusedCount - harmless.length
  const losses = [
    refusedCount > 0 && `${counted(refusedCount, 'statement')} refused`,
    short.length > 0 && `${counted(short.length, 'table')} short of rows`,
    miscounted.length > 0 && `${counted(miscounted.length, 'table')} with other rows than were loaded`,
    unfilledViews.length > 0 && `${counted(unfilledViews.length, 'materialised view')} empty`,
    orphans.length > 0 && `${counted(orphans.length, 'foreign key')} with rows that refer to what is not there`,
    hostile.length > 0 && `${counted(hostile.length, 'statement')} not run, reaching outside the database`,
  ].filter((text) => text !== false)
  return {
    state: losses.length === 0 ? 'complete' : 'incomplete',
    says:
      losses.length === 0
        ? `${database} holds all that was asked for`
        : `${database} is NOT complete: ${losses.join('; ')}; the rest is there`,
    statements: ledger.statementsLoaded,
    rows,
    sequences: ledger.loadedByVerb['SELECT setval'] ?? 0,
    tables: ledger.tables,
    refused,
    refusedCount,
    harmless,
    skipped: ledger.skipped,
    miscounted,
    withoutDefault: [],
    unfilledViews,
    orphans,
    ms: ledger.ms,
  }
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`
}
