import { quoteIdentifier } from '../../harness/core/index.ts'
import type { DumpSummary } from '../../harness/dump/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import type { ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { restoreWithPsql } from '../../harness/restore/testing/stock-restore.ts'
import { Twins, type TwinRestore } from '../../harness/restore/testing/twins.ts'
import { dropDatabase, type Bench } from './bench.ts'
import { checkRoute, type RouteResult } from './check-route.ts'
import { compareWith, describeFinding, observeAt, type Source } from './compare-databases.ts'
import type { CorpusResult } from './result.ts'

const database = 'corpus'
/** Enough to see what is wrong. */
const shownNotes = 12

/** A dump as plain SQL, read once. */
export interface PlainDump {
  readonly name: string
  readonly plain: string
  readonly summary: DumpSummary
  readonly major: number
  readonly tools: ClientTools
}

/**
 * Restores a dump by us and by psql, into twins: the same refusals, the same pg_dump, no difference that our comparison
 * would report. Then psql's copy is dumped, restored by us and compared with it: on its own major, and on newer ones.
 */
export async function checkDump(
  { name, plain, summary, major, tools }: PlainDump,
  bench: Bench,
  folder: string,
): Promise<CorpusResult> {
  const startedMs = performance.now()
  await using twins = await Twins.start(major, tools, summary.plainBytes)
  for (const server of twins.both) await prepare(server, database, summary)
  const restored = await twins.restore([{ path: plain, name }], { database })
  const difference = await twins.difference([database])
  const place = { server: twins.ours, database }
  const ours = await observeAt(place)
  const theirs = { server: twins.theirs, database }
  const source = { ...theirs, facts: await observeAt(theirs) }
  const alarms = await compareWith(source.facts, ours, place)
  const routes = await takeRoutes({ plain, summary }, { ours: twins.ours, source }, bench, folder)
  const notes = [
    ...refusalNotes(restored),
    ...(difference === null ? [] : [difference]),
    ...alarms.map((finding) => `psql's copy and ours: ${describeFinding(finding)}`),
    ...routes.flatMap((route) => route.notes),
  ]
  const { ledger, stock } = restored
  return {
    name,
    status: notes.length === 0 ? 'passed' : 'failed',
    tables: ours.tables.length,
    rows: ours.tables.reduce((sum, { rows }) => sum + Number(rows), 0),
    statements: ledger.statementsLoaded,
    refused: `${ledger.refused.length}/${stock.refused.length}`,
    dumps: difference === null ? 'equal' : 'differ',
    findings: alarms.length + routes.reduce((sum, { findings }) => sum + findings, 0),
    routes: routes.length,
    notes: notes.slice(0, shownNotes),
    ms: performance.now() - startedMs,
  }
}

async function takeRoutes(
  { plain, summary }: Pick<PlainDump, 'plain' | 'summary'>,
  { ours, source }: { readonly ours: DisposableServer; readonly source: Source },
  bench: Bench,
  folder: string,
): Promise<readonly RouteResult[]> {
  const results: RouteResult[] = []
  for (const { from, to } of await bench.routes(ours.major)) {
    const tools = await bench.tools(to)
    if (tools === null) continue
    const target = to === ours.major ? ours : await bench.server(to, summary.plainBytes)
    if (from === ours.major) {
      results.push(await checkRoute(source, target, tools, folder))
      continue
    }
    // What an older server refuses of it is not missed: the source is what came of it.
    const older = { server: await bench.server(from, summary.plainBytes), database: bench.newName('older') }
    await prepare(older.server, older.database, summary)
    await restoreWithPsql(tools, older.server.address, older.database, plain)
    results.push(await checkRoute({ ...older, facts: await observeAt(older) }, target, tools, folder))
    await dropDatabase(older.server, older.database)
  }
  return results
}

/** A database with the roles that the dump expects to find. */
export async function prepare(
  server: DisposableServer,
  name: string,
  ...summaries: readonly DumpSummary[]
): Promise<void> {
  await server.createDatabase(name)
  await using session = await server.connect(name)
  const roles = new Set(summaries.flatMap(({ rolesMentioned }) => rolesMentioned))
  const there = await session.query('SELECT rolname AS name FROM pg_catalog.pg_roles')
  for (const { name: known } of there) roles.delete(known ?? '')
  for (const role of [...roles].filter((role) => !isReserved(role.toLowerCase()))) {
    await session.query(`CREATE ROLE ${quoteIdentifier(role)}`)
  }
}

const reservedRoles = new Set(['public', 'none', 'current_user', 'session_user', 'current_role'])

/** Newer majors have roles of their own that older ones have not, and that nobody can make. */
function isReserved(role: string): boolean {
  return reservedRoles.has(role) || role.startsWith('pg_')
}

/** psql reads the rows of a COPY that was refused as statements: then only the result can be compared. */
function refusalNotes({ ledger, stock }: TwinRestore): readonly string[] {
  if (ledger.refused.some(({ verb }) => verb === 'COPY')) return []
  const ours = ledger.refused.map(({ refusal }) => refusal.code)
  const complaints = stock.complaints.map((complaint) => `psql complains: ${complaint}`)
  if (ours.join() === stock.refused.join()) return complaints
  return [`refused by us: ${ours.join(' ') || 'none'}; by psql: ${stock.refused.join(' ') || 'none'}`, ...complaints]
}
