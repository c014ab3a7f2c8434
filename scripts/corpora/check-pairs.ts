import { silentProgress } from '../../harness/core/index.ts'
import { inspectDump } from '../../harness/dump/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { restoreDumps } from '../../harness/restore/index.ts'
import { runTool, type ClientTools } from '../../harness/restore/testing/client-tools.ts'
import { dropDatabase, type Bench } from './bench.ts'
import { prepare } from './check-dump.ts'
import { compareWith, describeFinding, observeAt } from './compare-databases.ts'
import type { CorpusPair } from './find-corpora.ts'
import type { CorpusResult } from './result.ts'

/**
 * Restores both schemas, the first one twice, and asks the comparison which of them are the same. It must say what the
 * list says, and what pg_dump says where that is at hand.
 */
export async function checkPair(pair: CorpusPair, major: number, bench: Bench): Promise<CorpusResult> {
  const startedMs = performance.now()
  const server = await bench.server(major)
  const a = await restoreSide(pair.a, server, bench.newName('pair'))
  const twin = await restoreSide(pair.a, server, bench.newName('pair'))
  const b = await restoreSide(pair.b, server, bench.newName('pair'))
  const alarms = await compareWith(a.facts, twin.facts, twin)
  const differences = (await compareWith(a.facts, b.facts, b)).filter(({ status }) => status === 'differs')
  const isRight = differences.length > 0 === (pair.expected === 'differs')
  const dumps = await compareTexts(server, await bench.tools(major), a.database, b.database)
  for (const side of [a, twin, b]) await dropDatabase(server, side.database)
  const notes = [
    ...a.refused,
    ...b.refused,
    ...alarms.map((finding) => `a false alarm, the first schema and itself: ${describeFinding(finding)}`),
  ]
  if (!isRight && pair.expected === 'differs') notes.push('they differ, and the comparison does not see it')
  if (!isRight && pair.expected === 'same') notes.push(...differences.map(describeFinding))
  const isAsPgDump = dumps === null || (dumps === 'differ') === differences.length > 0
  if (!isAsPgDump) notes.push(`pg_dump's texts ${dumps === 'equal' ? 'are equal' : 'differ'}`)
  return {
    name: pair.name,
    status: isRight && isAsPgDump && alarms.length === 0 ? 'passed' : 'failed',
    tables: a.facts.tables.length,
    rows: null,
    statements: a.statements + b.statements,
    refused: `${a.refused.length + b.refused.length}`,
    dumps,
    routes: null,
    findings: differences.length,
    notes,
    ms: performance.now() - startedMs,
  }
}

/** The second opinion: do pg_dump's texts differ, but for the database's name? */
async function compareTexts(
  server: DisposableServer,
  tools: ClientTools | null,
  a: string,
  b: string,
): Promise<CorpusResult['dumps']> {
  if (tools === null) return null
  const textOf = async (database: string): Promise<string> => {
    const args = ['--create', '--schema-only', '--restrict-key=pair', '-d', database]
    const { stdout } = await runTool(tools, 'pg_dump', args, server.address)
    return stdout.toString().replaceAll(database, 'pair')
  }
  const [one, other] = await Promise.all([textOf(a), textOf(b)])
  return one === other ? 'equal' : 'differ'
}

async function restoreSide(path: string, server: DisposableServer, database: string) {
  const summary = await inspectDump(path)
  await prepare(server, database, summary)
  const ledger = await restoreDumps([{ path, name: path }], server, {
    database,
    provided: new Set(),
    signal: new AbortController().signal,
    progress: silentProgress,
    totalBytes: summary.plainBytes,
  })
  const refused = ledger.refused.map(({ verb, object, refusal }) => `refused: ${verb} ${object}: ${refusal.message}`)
  return {
    server,
    database,
    refused,
    statements: ledger.statementsLoaded,
    facts: await observeAt({ server, database }),
  }
}
