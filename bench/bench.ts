import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { formatBytes } from '../harness/core/index.ts'
import { readBenchOptions, type BenchOptions } from './bench-options.ts'
import { makeDumps } from './dumps.ts'
import { measureCase, type MeasuredCase } from './measure.ts'
import { renderProfile, renderSteps } from './render-profile.ts'
import { renderGrowth, renderRatios } from './render.ts'
import { requireTools, runMain, tell } from './run-main.ts'

/**
 * Ours against the stock tools, on databases that are made here, the same each time. Bars are reported, not asserted:
 * what fails is a run that doesn't end well.
 */
async function main(signal: AbortSignal): Promise<void> {
  const options = readBenchOptions(process.argv.slice(2))
  const tools = await requireTools(options.major)
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

await runMain(main)
