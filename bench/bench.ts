import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { asFault, Fault, formatBytes } from '../harness/core/index.ts'
import { findClientTools } from '../harness/restore/testing/client-tools.ts'
import { readBenchOptions, type BenchOptions } from './bench-options.ts'
import { makeDumps } from './dumps.ts'
import { measureCase, type MeasuredCase } from './measure.ts'
import { renderProfile, renderSteps } from './render-profile.ts'
import { renderGrowth, renderRatios } from './render.ts'
import { interruptSignal } from './interrupt-signal.ts'

/**
 * Ours against the stock tools, on databases that are made here, the same each time. Bars are reported, not asserted:
 * what fails is a run that doesn't end well.
 */
async function main(): Promise<void> {
  const options = readBenchOptions(process.argv.slice(2))
  const tools = await findClientTools(options.major)
  if (tools === null) {
    throw new Fault('E_PATH_NOT_FOUND', `psql, pg_dump and pg_restore ${options.major} are not installed`, {
      hint: 'name the folder that holds <major>/bin in REHEARSAL_CLIENTS',
    })
  }
  const signal = interruptSignal()
  const common = { tools, major: options.major, signal, say: tell }
  const cases: MeasuredCase[] = []
  for (const scenario of options.scenarios) {
    for (const amount of scenario.amounts) {
      const dumps = await makeDumps({ scenario, amount, formats: scenario.formats, ...common })
      for (const dump of dumps) cases.push(await measureCase(scenario, amount, dump, { ...options, ...common }))
    }
  }
  if (options.json !== null) await writeFile(options.json, `${toJson(cases, tools.version, options)}\n`)
  print(cases, tools.version, options)
}

function print(cases: readonly MeasuredCase[], clients: string, options: BenchOptions): void {
  const loads = cases.flatMap(({ loads }) => loads)
  const places = [...new Set(cases.flatMap(placesOf))]
  const parts = [
    `${machine()}; PostgreSQL ${clients} clients; ${options.rounds} rounds, medians (least–most), ratios within a round.`,
    `The machine's load when a run began: ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    places.length === 1
      ? `All servers had their data ${places[0] === 'memory' ? 'in memory (tmpfs), where fsync costs nothing' : 'on the same disk'}.`
      : 'ATTENTION: some servers had their data in memory, some on disk; their ratios say nothing.',
    ...(options.against.length > 0 ? ['', renderRatios(cases)] : []),
    '',
    renderGrowth(cases),
    ...(options.profile ? ['', renderProfile(cases), '', renderSteps(cases)] : []),
  ]
  process.stdout.write(`${parts.join('\n')}\n`)
}

function placesOf({ ours, stock }: MeasuredCase): readonly string[] {
  return [...ours, ...(stock.default ?? []), ...(stock.tuned ?? [])].map(({ place }) => place)
}

function machine(): string {
  return `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${formatBytes(totalmem())}`
}

function toJson(cases: readonly MeasuredCase[], clients: string, { rounds, major }: BenchOptions): string {
  const measured = cases.map(({ scenario, dump, ...rest }) => ({
    scenario: scenario.name,
    unit: scenario.unit,
    ...rest,
    dump: { format: dump.format, bytes: dump.bytes, plainBytes: dump.plainBytes },
  }))
  const about = { machine: machine(), node: process.version, major, clients, rounds, at: new Date().toISOString() }
  return JSON.stringify({ kind: 'rehearsal-bench', version: 1, ...about, cases: measured }, null, 2)
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

try {
  await main()
} catch (thrown) {
  const { code, message, hint } = asFault(thrown)
  tell(`${message} [${code}]${hint ? `\n→ ${hint}` : ''}`)
  process.exitCode = code === 'E_USAGE' ? 64 : 1
}
