import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Fault, formatBytes, formatCount, parseBytes } from '../../harness/core/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import { mixedDatabase } from '../databases/index.ts'
import { formatTime } from '../format-time.ts'
import { requireTools, runMain, tell } from '../run-main.ts'
import { startBenchServer } from '../servers.ts'
import { ratios, spread } from '../statistics.ts'
import { changes, diffContest } from './against-migra.ts'
import { largeSchema } from './large-schema.ts'
import { measureFacts, rowsContest, schemaContest, type MeasuredFacts } from './measure-facts.ts'

const usage = `node bench/facts/facts.ts [schema] [rows] [diff]
  --rounds 5      rounds of each; ratios are taken within a round
  --tables 2000   of the schema
  --size 500MB    of the rows, as a plain dump
  --major 15      of the server and its client tools
  --json out.json every single measurement`

const scenarios: readonly string[] = ['schema', 'rows', 'diff']
const memoryBarBytes = 200 * 1024 * 1024

/** What reading facts costs, on databases that are made here. Bars are reported, not asserted. */
async function main(signal: AbortSignal): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  const tools = await requireTools(options.major)
  await using started = await startBenchServer({ major: options.major, plainBytes: options.bytes * 3 }, {})
  const { server } = started
  const measured: MeasuredFacts[] = []
  const schema = largeSchema(options.tables)
  if (options.names.includes('schema') || options.names.includes('diff')) await make(server, 'schema', schema)
  if (options.names.includes('schema')) {
    measured.push(await measureFacts(schemaContest(server, tools, signal), options.rounds, tell))
  }
  if (options.names.includes('diff')) {
    await make(server, 'changed', [...schema.filter((statement) => !statement.startsWith('CREATE ROLE')), ...changes])
    await using folder = await mkdtempDisposable(join(tmpdir(), 'rehearsal-bench-'))
    measured.push(await measureFacts(await diffContest(server, folder.path, signal), options.rounds, tell))
  }
  if (options.names.includes('rows')) {
    await make(server, 'rows', [...mixedDatabase(options.bytes), 'VACUUM ANALYZE'])
    measured.push(await measureFacts(rowsContest(server, signal), options.rounds, tell))
  }
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(measured, null, 2)}\n`)
  process.stdout.write(measured.map(render).join('\n'))
}

async function make(server: DisposableServer, name: string, statements: readonly string[]): Promise<void> {
  await server.createDatabase(name)
  await using session = await server.connect(name)
  for (const statement of statements) await session.query(statement)
}

function readOptions(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      tables: { type: 'string', default: '2000' },
      size: { type: 'string', default: '500MB' },
      major: { type: 'string', default: '15' },
      json: { type: 'string' },
    },
  })
  const unknown = positionals.find((name) => !scenarios.includes(name))
  if (unknown !== undefined) throw new Fault('E_USAGE', `there is no scenario "${unknown}"`)
  const count = (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1) throw new Fault('E_USAGE', `"${text}" is not a count`)
    return value
  }
  return {
    names: positionals.length > 0 ? positionals : scenarios,
    rounds: count(values.rounds),
    tables: count(values.tables),
    bytes: parseBytes(values.size),
    major: count(values.major),
    json: values.json ?? null,
  }
}

function render({ title, bar, against, ours, theirsMs, loads }: MeasuredFacts): string {
  const oursMs = ours.map(({ ms }) => ms)
  const ratio = ratios(oursMs, theirsMs)
  const peak = Math.max(...ours.map(({ peakBytes }) => peakBytes))
  const [first] = ours
  return `${title} (${formatCount(first?.objects ?? 0)} objects, ${formatCount(first?.rows ?? 0)} rows, a file of ${formatBytes(first?.bytes ?? 0)})
  ours ${formatTime(spread(oursMs).median)}, ${against} ${formatTime(spread(theirsMs).median)}
  ratio ${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)} to ${ratio.most.toFixed(2)}), bar ${bar.toFixed(1)}: ${ratio.median <= bar ? 'met' : 'missed'}
  memory ${formatBytes(peak)}, bar ${formatBytes(memoryBarBytes)}: ${peak <= memoryBarBytes ? 'met' : 'missed'}
  load ${spread(loads).median.toFixed(1)}
`
}

await runMain(usage, main)
