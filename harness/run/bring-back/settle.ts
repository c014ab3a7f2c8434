import { formatCount } from '../../core/index.ts'
import { refreshViews, type RestoreLedger, type Selection } from '../../restore/index.ts'
import { findBrokenReferences } from './find-broken-references.ts'
import type { ForeignServer } from './foreign-server.ts'
import type { BringBackRequest, BroughtBack } from './types.ts'

/** What psql would leave to whoever restores: views are filled, references that nobody checked are, and all is counted. */
export async function settle(
  ledger: RestoreLedger,
  { filled }: Selection,
  foreign: ForeignServer,
  { only, tables, schemas, signal }: BringBackRequest,
): Promise<BroughtBack> {
  const { database } = foreign.place
  await using session = await foreign.connect(database, { signal })
  const isWhole = tables.length + schemas.length === 0
  const views = only === 'schema' || !isWhole ? [] : await refreshViews(session, () => true)
  const unfilledViews = views.flatMap(({ schema, name, refusal }) =>
    refusal ? [{ name: `${schema}.${name}`, message: refusal.message }] : [],
  )
  const brokenReferences = only === 'data' ? await findBrokenReferences(session, filled) : []
  const refused = ledger.refused.filter(({ meaning }) => meaning !== 'harmless')
  const harmless = ledger.refused.filter(({ meaning }) => meaning === 'harmless')
  const rows = ledger.tables.reduce((sum, { rowsLoaded }) => sum + rowsLoaded, 0)
  const short = ledger.tables.filter(({ rowsLoaded, rowsInDump }) => rowsLoaded < rowsInDump)
  const hostile = ledger.skipped.filter((skipped) => skipped.hostile)
  const refusedCount = ledger.refusedCount - harmless.length
  const losses = [
    refusedCount > 0 && `${formatCount(refusedCount)} statements were refused`,
    short.length > 0 && `${formatCount(short.length)} tables are short of rows`,
    unfilledViews.length > 0 && `${formatCount(unfilledViews.length)} materialised views are empty`,
    brokenReferences.length > 0 &&
      `${formatCount(brokenReferences.length)} foreign keys refer to rows that are not there`,
    hostile.length > 0 && `${formatCount(hostile.length)} statements reach outside the database and were not run`,
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
    unfilledViews,
    brokenReferences,
    ms: ledger.ms,
  }
}
