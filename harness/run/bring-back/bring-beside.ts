import { asFault, Fault, type Secret, type SqlRunner } from '../../core/index.ts'
import {
  loadBeside,
  lookInto,
  planBeside,
  readPairs,
  type BesideLoaded,
  type BesidePlan,
  type BesideTable,
  type LookedFile,
} from '../../restore/index.ts'
import { faultOfLimit } from '../time-limit.ts'
import type { ChosenFiles } from './choose-files.ts'
import { ForeignServer } from './foreign-server.ts'
import type { TargetState } from './look-at-target.ts'
import { outlineOf } from './outline-of.ts'
import { planOfBeside, type PlanDetails } from './plan-of.ts'
import { noSettings } from './set-settings.ts'
import type { BringBackPlan, BringBackRequest, BroughtBack } from './types.ts'

/** Tables under other names, in a database that holds something: what is to be done, and how it is done. */
export interface Beside {
  readonly plan: BringBackPlan
  run(): Promise<BroughtBack>
}

export async function prepareBeside(
  files: ChosenFiles,
  target: TargetState,
  sql: SqlRunner,
  url: Secret,
  request: BringBackRequest,
  details: Omit<PlanDetails, 'warnings'>,
): Promise<Beside> {
  const { tables, as = [] } = request
  const looked = files.dumps.map((one): LookedFile => lookInto(one.name, one.dump, outlineOf(one)))
  const typed = tables.map((table, at) => ({ table, as: as[at] ?? '' }))
  const pairs = readPairs(
    looked.flatMap((file) => file.looked.map(({ about }) => about)),
    typed,
  )
  requireOneDatabase(files)
  const taken = await readNames(
    sql,
    pairs.map(({ to }) => to.schema),
  )
  const beside = planBeside(looked, pairs, (schema) => taken.get(schema) ?? new Set())
  requireFree(beside.tables, taken, target)
  const warnings = [ownerOnly(target), ...(await publishing(sql, beside.tables))]
  return {
    plan: planOfBeside(files, target, beside, { ...details, warnings }),
    run: () => load(beside, new ForeignServer(url), request),
  }
}

/** `--as` goes with `--table`, one for each, and with nothing else that says what is restored. */
export function requirePairs({ tables, as = [], only, schemas }: BringBackRequest): void {
  if (as.length === 0) return
  if (as.length === tables.length && only === null && schemas.length === 0) return
  throw new Fault('E_USAGE', '--as wants one --table each, and neither --only nor --schema', {
    hint: 'for instance --table public.orders --as public.orders_restored',
  })
}

function requireOneDatabase({ dumps }: ChosenFiles): void {
  const names = [...new Set(dumps.flatMap(({ dump: { summary } }) => summary.databases))]
  if (names.length <= 1) return
  throw new Fault('E_SEVERAL_DATABASES', `the dump holds ${names.length} databases: ${names.join(', ')}`, {
    hint: 'dump each with pg_dump',
  })
}

/** What a name in a schema may collide with: relations, and types, for each table makes one. A schema that is not there is absent. */
async function readNames(
  sql: SqlRunner,
  schemas: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await sql.query(
    `SELECT n.nspname AS schema, o.name FROM pg_catalog.pg_namespace AS n
    LEFT JOIN LATERAL (
      SELECT c.relname AS name FROM pg_catalog.pg_class AS c WHERE c.relnamespace = n.oid
      UNION SELECT t.typname FROM pg_catalog.pg_type AS t WHERE t.typnamespace = n.oid) AS o ON true
    WHERE pg_catalog.jsonb_exists($1::jsonb, n.nspname)`,
    [JSON.stringify(schemas)],
  )
  const grouped = Map.groupBy(rows, (row) => row['schema'] ?? '')
  return new Map([...grouped].map(([schema, some]) => [schema, new Set(some.flatMap((row) => row['name'] ?? []))]))
}

function requireFree(
  tables: readonly BesideTable[],
  taken: ReadonlyMap<string, ReadonlySet<string>>,
  { place: { database } }: TargetState,
): void {
  for (const { to } of tables) {
    const names = taken.get(to.schema)
    if (names === undefined) {
      throw new Fault('E_SELECTION_EMPTY', `${database} has no schema ${to.schema}`, {
        hint: 'make it first, or give a name in a schema that is there',
      })
    }
    if (!names.has(to.name)) continue
    throw new Fault('E_TARGET_NOT_EMPTY', `${database} has something that is called ${to.schema}.${to.name}`, {
      hint: 'give another name: nothing is restored over what is there',
    })
  }
}

function ownerOnly({ place: { user } }: TargetState): string {
  return `${user} will own them and nobody else may read them: row security on, no policies, no grants`
}

/** A publication of all tables sends the new ones too, to subscribers that have no such table. */
async function publishing(sql: SqlRunner, tables: readonly BesideTable[]): Promise<readonly string[]> {
  const bySchema = await sql.query(
    "SELECT pg_catalog.to_regclass('pg_catalog.pg_publication_namespace')::text AS there",
  )
  const ofSchemas = bySchema[0]?.['there']
    ? `OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace AS s JOIN pg_catalog.pg_namespace AS n ON n.oid = s.pnnspid
        WHERE s.pnpubid = p.oid AND pg_catalog.jsonb_exists($1::jsonb, n.nspname))`
    : 'OR $1::text IS NULL'
  const rows = await sql.query(
    `SELECT p.pubname AS name FROM pg_catalog.pg_publication AS p WHERE p.puballtables ${ofSchemas}`,
    [JSON.stringify(tables.map(({ to }) => to.schema))],
  )
  return rows.map(({ name }) => `the publication ${name} takes in every new table: its subscribers are sent the rows`)
}

async function load(
  beside: BesidePlan,
  foreign: ForeignServer,
  { signal, progress }: BringBackRequest,
): Promise<BroughtBack> {
  const { database } = foreign.place
  try {
    await using session = await foreign.connect(database, { signal })
    return settleBeside(beside, await loadBeside(beside, session, { database, signal, progress }), database)
  } catch (thrown) {
    const interrupted = new Fault('E_INTERRUPTED', 'interrupted', { cause: signal.reason })
    const fault = faultOfLimit(signal) ?? (signal.aborted ? interrupted : asFault(thrown))
    const { code, hint, facts } = fault
    throw new Fault(code, `${fault.message}; ${await whatIsThere(beside, foreign)}`, {
      ...(hint === null ? {} : { hint }),
      facts,
      cause: thrown,
    })
  }
}

/** One transaction is there or is not; where the connection was lost at its very end, only the server knows. */
async function whatIsThere({ tables }: BesidePlan, foreign: ForeignServer): Promise<string> {
  const { database } = foreign.place
  try {
    await foreign.endSessions()
    await using session = await foreign.look(AbortSignal.timeout(lookingMs))
    const [first] = tables
    const there = await readNames(session, first ? [first.to.schema] : [])
    return first && there.get(first.to.schema)?.has(first.to.name)
      ? `all of it is in ${database}: it had ended`
      : `nothing was changed in ${database}`
  } catch (thrown) {
    return `it was one transaction, but whether it is in ${database} could not be seen: ${asFault(thrown).message}`
  }
}

/** A person waits for it, with a finger on Ctrl-C. */
const lookingMs = 20_000

function settleBeside({ tables }: BesidePlan, loaded: BesideLoaded, database: string): BroughtBack {
  const { problem, refused, ms, sequences, statements, withoutDefault } = loaded
  const names = tables.map(({ to }) => `${to.schema}.${to.name}`).join(', ')
  const isThere = problem === null
  return {
    state: isThere ? 'complete' : 'incomplete',
    says: isThere
      ? `${database} holds ${names}; nothing else in it was changed`
      : `nothing was changed in ${database}: ${problem}`,
    statements: isThere ? statements : 0,
    rows: isThere ? loaded.tables.reduce((sum, { rowsLoaded }) => sum + rowsLoaded, 0) : 0,
    sequences: isThere ? sequences : 0,
    tables: isThere ? loaded.tables : [],
    refused: refused ? [refused] : [],
    refusedCount: refused ? 1 : 0,
    harmless: [],
    skipped: [],
    miscounted: [],
    withoutDefault,
    unfilledViews: [],
    orphans: [],
    settings: noSettings,
    ms,
  }
}
