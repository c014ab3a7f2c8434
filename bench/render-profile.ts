import { availableParallelism } from 'node:os'
import type { MeasuredCase } from './measure.ts'
import { renderTable } from './render.ts'
import { nameCase } from './scenarios.ts'
import { spread } from './statistics.ts'
import { formatTime } from './format-time.ts'

/**
 * Where the time of our restore goes. The floor: the CPU time that the stock tool and a server with our settings need
 * for the same dump, spread evenly over all cores. It is a floor for whoever does the same work; less work can beat it.
 */
export function renderProfile(cases: readonly MeasuredCase[]): string {
  const cores = availableParallelism()
  const lines = cases.map(({ scenario, amount, dump, ours, stock }) => {
    const wall = medianOf(ours, ({ restoreMs }) => restoreMs)
    const server = medianOf(ours, ({ restoreCpu }) => restoreCpu.serverMs)
    const own = medianOf(ours, ({ restoreCpu }) => restoreCpu.ownMs)
    const beside = medianOf(ours, ({ restoreCpu }) => restoreCpu.besideMs)
    const tuned = stock.tuned ?? []
    const theirs = tuned.length > 0 ? medianOf(tuned, ({ cpu }) => cpu.serverMs + cpu.clientMs) : null
    return [
      nameCase(scenario, amount, dump.format),
      formatTime(wall),
      formatTime(server),
      formatTime(own),
      formatTime(beside),
      `${((100 * (server + own + beside)) / wall / cores).toFixed(0)} %`,
      ...(theirs === null
        ? ['–', '–', '–']
        : [formatTime(theirs), formatTime(theirs / cores), ((wall * cores) / theirs).toFixed(2)]),
    ]
  })
  return renderTable(
    [
      'restore of',
      'wall',
      'CPU server',
      'CPU ours',
      'CPU specs starting',
      `${cores} cores busy`,
      'CPU stock, our settings',
      'floor',
      'wall ÷ floor',
    ],
    lines,
  )
}

/** Each step of the whole rehearsal. */
export function renderSteps(cases: readonly MeasuredCase[]): string {
  const steps = [...new Set(cases.flatMap(({ ours }) => ours.flatMap((run) => run.steps.map(({ step }) => step))))]
  const lines = cases.map(({ scenario, amount, dump, ours }) => {
    const times = steps.map((name) => medianOf(ours, (run) => run.steps.find(({ step }) => step === name)?.ms ?? 0))
    const whole = medianOf(ours, ({ wholeMs }) => wholeMs)
    const rest = whole - times.reduce((sum, ms) => sum + ms, 0)
    return [nameCase(scenario, amount, dump.format), ...[...times, rest, whole].map(formatTime)]
  })
  return renderTable(['whole rehearsal of', ...steps, 'the rest', 'whole'], lines)
}

function medianOf<Run>(runs: readonly Run[], value: (run: Run) => number): number {
  return spread(runs.map(value)).median
}
