import { randomInt } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Workshop } from '../../fixtures/failures/workshop.ts'
import { asFault, exitCode } from '../../harness/core/index.ts'
import { draw } from '../draw.ts'
import { drawConditions, type Conditions } from './peace-conditions.ts'
import { corpusTrial, loadTrial, settingsTrial, twinTrials, type Trial } from './peace-trials.ts'

const usage = `usage: npm run scoreboard -- --peace [--times <n>] [--seed <n>] [--only <n>]… [--corpora <folder>] [--json <file>] [--lanes <n>]

Rehearses what is good, so many times (default 300), in six locales and six time zones, from servers that are set
otherwise, some while others write. Every one must be GO.

  --seed      the same trials again; drawn and printed where none is given
  --only      one of them, by its number
  --corpora   a folder with dumps of other databases, in custom format
`

/** What came of one. */
export interface PeaceRow {
  readonly number: number
  readonly what: string
  readonly conditions: Conditions
  readonly answer: string
  readonly ms: number
  /** All that the command printed, where it was not GO. */
  readonly said: string | null
}

export interface PeaceOptions {
  readonly numbers: readonly number[]
  readonly seed: number
  readonly trials: readonly (readonly Trial[])[]
  readonly workshop: Workshop
  readonly lanes: number
  readonly signal: AbortSignal
  readonly onRow: (row: PeaceRow, done: number) => void
}

/** By exit code, as scripts see it. */
const answers: Readonly<Record<number, string>> = { 0: 'GO', 1: 'NO-GO', 2: 'UNDECIDED', 64: 'refused' }

/** `trials` by kind: each kind comes equally often, and of it the one that is drawn. */
export async function keepPeace(options: PeaceOptions): Promise<readonly PeaceRow[]> {
  const { numbers, seed, trials, workshop, lanes, signal, onRow } = options
  const rows: PeaceRow[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < numbers.length && !signal.aborted) {
      const number = numbers[next] ?? 0
      next += 1
      const kind = trials[number % trials.length] ?? []
      const trial = kind[draw(kind.length, seed, number, 'trial')]
      if (!trial) continue
      const row = await playOne(trial, number, drawConditions(seed, number), workshop)
      // What an interrupt ended says nothing.
      if (signal.aborted) return
      rows.push(row)
      onRow(row, rows.length)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return rows.sort((a, b) => a.number - b.number)
}

async function playOne(trial: Trial, number: number, conditions: Conditions, workshop: Workshop): Promise<PeaceRow> {
  const startedMs = performance.now()
  const { code, text } = await trial.play(workshop, conditions).catch((thrown: unknown) => {
    const { code, message } = asFault(thrown)
    return { code: null, text: `${code}: ${message}` }
  })
  const answer = answers[code ?? -1] ?? 'defect'
  const ms = Math.round(performance.now() - startedMs)
  return { number, what: trial.what, conditions, answer, ms, said: answer === 'GO' ? null : text }
}

export async function peaceBoard(args: readonly string[], clients: string): Promise<number> {
  const asked = readPeace(args)
  if (asked === null) {
    process.stderr.write(usage)
    return exitCode.refused
  }
  const { numbers, seed, corpora, json, lanes } = asked
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  process.stderr.write(`seed ${seed}\n`)
  const foreign = corpora === undefined ? [] : (await readdir(corpora)).filter((name) => name.endsWith('.dump')).sort()
  const kinds = [
    twinTrials,
    [settingsTrial],
    [loadTrial],
    foreign.map((name) => corpusTrial(join(corpora ?? '', name))),
  ]
  await using workshop = await Workshop.open([clients])
  const rows = await keepPeace({
    numbers,
    seed,
    trials: kinds.filter(({ length }) => length > 0),
    workshop,
    lanes,
    signal: stop.signal,
    onRow: ({ number, what, conditions, answer, ms, said }, done) => {
      const { locale, zone, major } = conditions
      process.stderr.write(
        `${done}/${numbers.length} #${number} ${what}, ${major}, ${locale}, ${zone}: ${answer}, ${ms} ms\n`,
      )
      if (said !== null) process.stderr.write(`${said}\n${JSON.stringify(conditions)}\n`)
    },
  })
  const calm = rows.filter(({ answer }) => answer === 'GO').length
  if (json !== undefined)
    await writeFile(json, `${JSON.stringify({ seed, asked: numbers.length, go: calm, rows }, null, 2)}\n`)
  process.stdout.write(`${calm} of ${rows.length} good backups were GO (${numbers.length} asked for, seed ${seed})\n`)
  if (calm < rows.length) return exitCode.noGo
  return rows.length < numbers.length || rows.length === 0 ? exitCode.undecided : exitCode.go
}

interface AskedPeace {
  readonly numbers: readonly number[]
  readonly seed: number
  readonly corpora: string | undefined
  readonly json: string | undefined
  readonly lanes: number
}

function readPeace(args: readonly string[]): AskedPeace | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        peace: { type: 'boolean' },
        times: { type: 'string', default: '300' },
        seed: { type: 'string', default: String(randomInt(2 ** 32)) },
        only: { type: 'string', multiple: true, default: [] },
        corpora: { type: 'string' },
        json: { type: 'string' },
        lanes: { type: 'string', default: String(availableParallelism()) },
      },
    })
    const [times, seed, lanes] = [Number(values.times), Number(values.seed), Number(values.lanes)]
    const only = values.only.map(Number)
    if (![times, seed, lanes, ...only].every((value) => Number.isSafeInteger(value) && value >= 0) || lanes < 1)
      return null
    const numbers = only.length > 0 ? only : Array.from({ length: times }, (_, number) => number)
    return { numbers, seed, corpora: values.corpora, json: values.json, lanes }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return null
  }
}
