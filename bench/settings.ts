import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Fault, formatBytes, parseBytes } from '../harness/core/index.ts'
import { serverSettings } from '../harness/engine/server-settings.ts'
import { makeDumps, warm, type BenchDump } from './dumps.ts'
import { renderRatio, renderTable } from './render.ts'
import { requireTools, runMain, tell } from './run-main.ts'
import { runRestore, type SettingRun } from './run-restore.ts'
import { scenarios, type Format } from './scenarios.ts'
import type { BenchNeed, BenchSettings } from './servers.ts'
import { settingTrials, type SettingTrial } from './setting-trials.ts'
import { ratios, spread } from './statistics.ts'
import { formatTime } from './format-time.ts'

/** Entry n of each list is round n; `ours` ran beside each of `tried`. */
interface MeasuredTrial {
  readonly trial: SettingTrial
  readonly ours: readonly SettingRun[]
  readonly tried: readonly (readonly SettingRun[])[]
}

const usage = `node bench/settings.ts [setting …] [--rounds 5] [--scenario mixed|narrow|inserts] [--size 100MB]
  [--format plain] [--place memory|disk] [--major 15] [--json out.json]`

/** What each of our server's settings is good for: our restore with it, and with another value in its place. */
async function main(signal: AbortSignal): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      scenario: { type: 'string', default: 'mixed' },
      size: { type: 'string', default: '100MB' },
      format: { type: 'string' },
      place: { type: 'string' },
      major: { type: 'string', default: '15' },
      json: { type: 'string' },
    },
  })
  const scenario = scenarios.find(({ name }) => name === values.scenario)
  const format = values.format ?? scenario?.formats[0]
  const trials = settingTrials.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const rounds = Number(values.rounds)
  if (scenario === undefined || !isFormat(format) || trials.length === 0 || !(rounds >= 1))
    throw new Fault('E_USAGE', 'there is no such setting, scenario, format or number of rounds')
  const major = Number(values.major)
  const tools = await requireTools(major)
  const amount = scenario.unit === 'bytes' ? parseBytes(values.size) : (scenario.amounts[0] ?? 1)
  const wish = { scenario, amount, formats: [format], major, tools, signal, say: tell }
  for (const dump of await makeDumps(wish)) {
    const place = values.place === 'disk' ? ('disk' as const) : undefined
    const need: BenchNeed = { major, plainBytes: dump.plainBytes, place }
    await warm(dump)
    // The first of all compiles our code: it belongs to nobody.
    const { place: lies } = await runRestore(dump, need, {}, signal)
    const measured: MeasuredTrial[] = []
    for (const trial of trials) measured.push(await measure(trial, dump, need, rounds, signal))
    if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(measured, null, 2)}\n`)
    const about = `${formatBytes(dump.plainBytes)} of plain SQL as ${format}, ${rounds} rounds, ${availableParallelism()} cores`
    process.stdout.write(`${about}, data ${lies === 'memory' ? 'in memory' : 'on disk'}\n\n${render(measured, need)}\n`)
  }
}

function isFormat(text: string | undefined): text is Format {
  return scenarios.some(({ formats }) => formats.some((format) => format === text))
}

/** Our value first in even rounds, last in odd ones. */
async function measure(
  trial: SettingTrial,
  dump: BenchDump,
  need: BenchNeed,
  rounds: number,
  signal: AbortSignal,
): Promise<MeasuredTrial> {
  const contenders: BenchSettings[] = [{}, ...trial.tried.map(({ settings }) => settings)]
  const runs: SettingRun[][] = contenders.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? [...contenders.keys()] : [...contenders.keys()].toReversed()
    for (const at of order) {
      signal.throwIfAborted()
      runs[at]?.push(await runRestore(dump, need, contenders[at] ?? {}, signal))
    }
    const said = runs.map((mine) => formatTime(mine.at(-1)?.restoreMs ?? 0)).join(', ')
    tell(`${trial.name}, round ${round + 1}: ours, ${trial.tried.map(({ name }) => name).join(', ')}: ${said}`)
  }
  const [ours = [], ...tried] = runs
  return { trial, ours, tried }
}

function render(measured: readonly MeasuredTrial[], need: BenchNeed): string {
  const settings = serverSettings({ ...need, cores: availableParallelism() })
  const lines = measured.flatMap(({ trial, ours, tried }) =>
    trial.tried.map(({ name }, at) => {
      const theirs = tried[at] ?? []
      const compare = (value: (run: SettingRun) => number): string =>
        renderRatio(ratios(theirs.map(value), ours.map(value)))
      return [
        trial.name,
        settings[trial.name] ?? '–',
        name,
        formatTime(spread(ours.map(({ restoreMs }) => restoreMs)).median),
        compare(({ restoreMs }) => restoreMs),
        compare(({ wholeMs }) => wholeMs),
      ]
    }),
  )
  const head = [
    'setting',
    'ours',
    'tried',
    'our restore',
    'restore, tried ÷ ours',
    'start + restore + read, tried ÷ ours',
  ]
  return renderTable(head, lines)
}

await runMain(usage, main)
