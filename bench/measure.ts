import { loadavg } from 'node:os'
import type { ClientTools } from '../harness/restore/testing/client-tools.ts'
import { warm, type BenchDump } from './dumps.ts'
import { runRehearsal, type OurRun } from './run-rehearsal.ts'
import { runStock, type StockRun } from './run-stock.ts'
import { nameCase, type Scenario, type ServerKind } from './scenarios.ts'
import { formatTime } from './format-time.ts'

/** All that was measured of one dump; entry n of each list is round n. */
export interface MeasuredCase {
  readonly scenario: Scenario
  readonly amount: number
  readonly dump: BenchDump
  readonly ours: readonly OurRun[]
  readonly stock: Readonly<Partial<Record<ServerKind, readonly StockRun[]>>>
  /** The machine's load over the last minute when each run began: what else was going on. */
  readonly loads: readonly number[]
}

export interface MeasureOptions {
  readonly rounds: number
  readonly against: readonly ServerKind[]
  readonly tools: ClientTools
  readonly major: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** All contenders once a round, and in another order each round: none always comes after the same one. */
export async function measureCase(
  scenario: Scenario,
  amount: number,
  dump: BenchDump,
  options: MeasureOptions,
): Promise<MeasuredCase> {
  const { rounds, against, tools, major, signal, say } = options
  const ours: OurRun[] = []
  const stock: Partial<Record<ServerKind, StockRun[]>> = Object.fromEntries(against.map((kind) => [kind, []]))
  const loads: number[] = []
  await warm(dump)
  const turns: readonly (() => Promise<string>)[] = [
    async () => {
      const run = await runRehearsal(dump, scenario.expect, signal)
      ours.push(run)
      return `ours ${formatTime(run.restoreMs)} (all of it ${formatTime(run.wholeMs)})`
    },
    ...against.map((kind) => async () => {
      const run = await runStock(dump, kind, tools, major, signal)
      stock[kind]?.push(run)
      return `${kind} ${formatTime(run.ms)}`
    }),
  ]
  for (let round = 0; round < rounds; round += 1) {
    const said: string[] = []
    for (const turn of turns.map((_, at) => turns[(at + round) % turns.length])) {
      signal.throwIfAborted()
      loads.push(loadavg()[0] ?? 0)
      if (turn !== undefined) said.push(await turn())
    }
    say(`${nameCase(scenario, amount, dump.format)}, round ${round + 1}: ${said.join(', ')}`)
  }
  return { scenario, amount, dump, ours, stock, loads }
}
