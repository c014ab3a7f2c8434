import { asFault } from '../core/index.ts'
import { adoptRole, leftToPlatform, type RestoreLedger } from '../restore/index.ts'
import type { DisposableServer } from '../engine/index.ts'
import type { Facts } from '../facts/index.ts'
import { layPlatform, type Platform } from '../supabase/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { ChosenRestorer } from './choose-restorer.ts'
import type { FindingBook } from './finding-book.ts'
import { judgeBorrowedRoles, withRolesLaid } from './foreign-roles.ts'
import { judgeLedger } from './judge-ledger.ts'
import type { Outlines } from './read-dumps.ts'
import { runRestorer, type RunRestore } from './run-restorer.ts'
import type { UnsetSetting } from './apply-settings.ts'
import { setDatabase } from './set-database.ts'
import type { Situation } from './situation.ts'
import { lackingOf, type StartedEngine } from './start-engine.ts'

/** A database name nobody has: what a plain pg_dump is restored into when nothing says what it was called. */
const defaultDatabase = 'rehearsal'

export interface RestoredSet extends RunRestore {
  /** The database that is observed. */
  readonly database: string
  readonly otherDatabases: readonly string[]
  /** Settings that the restoring role, being no superuser, may not make. */
  readonly withheldSettings: readonly UnsetSetting[]
}

export async function restoreSet(
  choice: DumpChoice,
  { server, platform, lacks }: StartedEngine,
  names: {
    readonly source: string | null
    readonly baseline: Facts | null
    readonly restorer: ChosenRestorer
    readonly outlines: Outlines
  },
  situation: Situation,
  book: FindingBook,
): Promise<RestoredSet> {
  const target = await prepareDatabase(
    server,
    names.source ?? names.baseline?.server.database ?? defaultDatabase,
    names.baseline,
    choice,
  )
  const { connectAdmin } = server.limits ?? {}
  if (connectAdmin && platform.roles.length > 0) {
    await using admin = await connectAdmin(target)
    await layPlatform(admin, { roles: platform.roles })
  }
  for (const role of platform.roles) await adoptRole(server, role)
  {
    await using session = await server.connect(target)
    const rest = connectAdmin ? { ...platform, roles: [] } : platform
    await layPlatform(session, await withRolesLaid(session, server, rest))
  }
  const { restorer, outlines } = names
  const provided = new Set([...platform.roles, ...platform.schemas, ...platform.leftToPlatform.map(leftToPlatform)])
  const run = await runRestorer(
    choice,
    server,
    { database: target, provided, lacking: lackingOf(lacks), restorer, outlines },
    situation,
    book,
  )
  const withheldSettings = await setDatabase(choice, server, target, book, situation.signal)
  const { ledger } = run
  const missing = missingRoles(choice, platform, server)
  judgeBorrowedRoles(missing, server, situation.config.values.engine.superuser, book)
  judgeLedger(ledger, missing, book)
  const database = chooseDatabase(ledger, target, situation.config.values.database, names.baseline)
  return { ...run, ...database, withheldSettings }
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

function chooseDatabase(
  ledger: RestoreLedger,
  target: string,
  wanted: string | null,
  baseline: Facts | null,
): Pick<RestoredSet, 'database' | 'otherDatabases'> {
  const rowsOf = (database: string): number =>
    ledger.tables.filter((table) => table.database === database).reduce((sum, table) => sum + table.rowsLoaded, 0)
  const fullest = [...ledger.databases].sort((a, b) => rowsOf(b) - rowsOf(a))
  const database =
    [wanted, baseline?.server.database].find((name) => name && ledger.databases.includes(name)) ?? fullest[0] ?? target
  return { database, otherDatabases: fullest.filter((name) => name !== database && rowsOf(name) > 0) }
}

/** Roles that the dumps give something to, and that nothing brought. */
function missingRoles({ restored }: DumpChoice, platform: Platform, server: DisposableServer): string[] {
  const brought = new Set([
    ...restored.flatMap(({ summary }) => summary.rolesCreated),
    ...platform.roles,
    server.address.user,
    'public',
  ])
  const mentioned = new Set(restored.flatMap(({ summary }) => summary.rolesMentioned))
  return [...mentioned].filter((role) => !brought.has(role) && !role.startsWith('pg_')).sort()
}
