import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteIdentifier, silentProgress } from '../../harness/core/index.ts'
import { inspectDump, type DumpSummary } from '../../harness/dump/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { restoreDumps, type RestoreLedger } from '../../harness/restore/index.ts'
import { runTool, type ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { Twins, type TwinRestore } from '../../harness/restore/testing/twins.ts'
import { compareWith, describeFinding, observeAt, type Place } from './compare-databases.ts'
import type { CorpusResult } from './result.ts'

const database = 'corpus'
const copy = 'corpus_again'
/** Enough to see what is wrong. */
const shownNotes = 12

/**
 * Restores a dump by us and by psql, into twins: the same refusals, the same pg_dump, no difference that our comparison
 * would report. Then our copy is dumped, restored and compared once more.
 */
export async function checkDump(
  name: string,
  plain: string,
  major: number,
  tools: ClientTools,
  folder: string,
): Promise<CorpusResult> {
  const startedMs = performance.now()
  const summary = await inspectDump(plain)
  await using twins = await Twins.start(major, tools, summary.plainBytes)
  for (const server of twins.both) await prepare(server, database, summary)
  const restored = await twins.restore([{ path: plain, name }], { database })
  const difference = await twins.difference([database])
  const first = await observeAt({ server: twins.ours, database })
  const theirs = await observeAt({ server: twins.theirs, database })
  const place = { server: twins.ours, database }
  const alarms = await compareWith(theirs, first, place)
  const again = await dumpAgain(twins, tools, folder)
  const secondAlarms = await compareWith(first, await observeAt(again), again, again.ledger.tables)
  const notes = [
    ...refusalNotes(restored),
    ...(difference === null ? [] : [difference]),
    ...alarms.map((finding) => `psql's copy and ours: ${describeFinding(finding)}`),
    ...again.ledger.refused.map(
      (refused) => `dumped again: refused: ${refused.verb} ${refused.object}: ${refused.refusal.message}`,
    ),
    ...secondAlarms.map((finding) => `dumped and restored again: ${describeFinding(finding)}`),
  ]
  const { ledger, stock } = restored
  return {
    name,
    status: notes.length === 0 ? 'passed' : 'failed',
    tables: first.tables.length,
    rows: first.tables.reduce((sum, { rows }) => sum + Number(rows), 0),
    statements: ledger.statementsLoaded,
    refused: `${ledger.refused.length}/${stock.refused.length}`,
    dumps: difference === null ? 'equal' : 'differ',
    findings: alarms.length + secondAlarms.length,
    notes: notes.slice(0, shownNotes),
    ms: performance.now() - startedMs,
  }
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
  for (const role of [...roles].filter((role) => !reservedRoles.has(role.toLowerCase()))) {
    await session.query(`CREATE ROLE ${quoteIdentifier(role)}`)
  }
}

const reservedRoles = new Set(['public', 'none', 'current_user', 'session_user', 'current_role'])

/** psql reads the rows of a COPY that was refused as statements: then only the result can be compared. */
function refusalNotes({ ledger, stock }: TwinRestore): readonly string[] {
  if (ledger.refused.some(({ verb }) => verb === 'COPY')) return []
  const ours = ledger.refused.map(({ refusal }) => refusal.code)
  const complaints = stock.complaints.map((complaint) => `psql complains: ${complaint}`)
  if (ours.join() === stock.refused.join()) return complaints
  return [`refused by us: ${ours.join(' ') || 'none'}; by psql: ${stock.refused.join(' ') || 'none'}`, ...complaints]
}

async function dumpAgain(
  { ours }: Twins,
  tools: ClientTools,
  folder: string,
): Promise<Place & { readonly ledger: RestoreLedger }> {
  const { stdout } = await runTool(tools, 'pg_dump', ['-d', database], ours.address)
  const path = join(folder, `again-${ours.major}-${process.hrtime.bigint()}.sql`)
  await writeFile(path, stdout)
  await ours.createDatabase(copy)
  const ledger = await restoreDumps([{ path, name: 'the second dump' }], ours, {
    database: copy,
    provided: new Set(),
    signal: new AbortController().signal,
    progress: silentProgress,
    totalBytes: stdout.length,
  })
  return { server: ours, database: copy, ledger }
}
