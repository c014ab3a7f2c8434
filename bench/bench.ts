import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { asFault, formatBytes } from '../harness/core/index.ts'
import { readBenchOptions, usage, type BenchOptions } from './bench-options.ts'
import { makeDumps } from './dumps.ts'
import { measureCase, type MeasuredCase } from './measure.ts'
import { renderProfile, renderSteps } from './render-profile.ts'
import { renderGrowth, renderRatios } from './render.ts'
import { describeFault, requireTools, runMain, tell } from './run-main.ts'
import { nameCase } from './scenarios.ts'

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
      for (const dump of dumps) {
        const measured = await measureOrTell(scenario, amount, dump, { ...options, ...common })
        if (measured !== null) cases.push(measured)
        // After each: what hours have measured is not lost when the machine is.
        if (options.json !== null) await writeFile(options.json, `${toJson(cases, tools.version, options)}\n`)
      }
    }
  }
  if (cases.length > 0) print(cases, tools.version, options)
}

/** A dump that can't be measured fails the bench, at its end: the others are measured all the same. */
async function measureOrTell(...what: Parameters<typeof measureCase>): Promise<MeasuredCase | null> {
  const [scenario, amount, dump, { signal }] = what
  try {
    return await measureCase(...what)
  } catch (thrown) {
    if (signal.aborted) throw thrown
    tell(`FAILED: ${nameCase(scenario, amount, dump.format)}: ${describeFault(asFault(thrown))}`)
    process.exitCode = 1
    return null
  }
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

await runMain(usage, main)
