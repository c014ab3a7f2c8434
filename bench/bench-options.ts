import { parseArgs } from 'node:util'
import { Fault, parseBytes } from '../harness/core/index.ts'
import { scenarios, type Format, type Scenario, type ServerKind } from './scenarios.ts'

export interface BenchOptions {
  /** With the amounts and formats that were asked for. */
  readonly scenarios: readonly Scenario[]
  readonly rounds: number
  readonly major: number
  readonly against: readonly ServerKind[]
  readonly profile: boolean
  readonly json: string | null
}

export const usage = `npm run bench -- [${scenarios.map(({ name }) => name).join('|')}|memory …]
  --rounds 5          rounds of each; ratios are taken within a round
  --size 100MB,2GB    of mixed and inserts     --rows 5000000  of narrow     --tables 5000  of tables
  --formats plain,custom,custom-none,directory
  --against default,tuned    the settings of the stock tools' server
  --major 15          of the server and its client tools
  --profile           where the time goes, and the floor
  --json out.json     every single measurement`

/** `memory`: ours alone, one run a size, for its peak. Throws `E_USAGE`. */
export function readBenchOptions(argv: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      size: { type: 'string' },
      rows: { type: 'string' },
      tables: { type: 'string' },
      formats: { type: 'string' },
      against: { type: 'string' },
      major: { type: 'string', default: '15' },
      profile: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  })
  const isMemory = positionals.length === 1 && positionals[0] === 'memory'
  const names = isMemory ? ['mixed'] : positionals
  const unknown = names.find((name) => scenarios.every((scenario) => scenario.name !== name))
  if (unknown !== undefined) throw refusal(`there is no scenario "${unknown}"`)
  const chosen = scenarios.filter(({ name }) => names.length === 0 || names.includes(name))
  const amounts = { bytes: list(values.size, parseBytes), rows: list(values.rows), tables: list(values.tables) }
  const formats = isMemory ? ['plain'] : values.formats?.split(',')
  return {
    scenarios: chosen.map((scenario) => ({
      ...scenario,
      amounts: amounts[scenario.unit] ?? scenario.amounts,
      formats: narrow(scenario.formats, formats),
    })),
    rounds: isMemory ? 1 : count(values.rounds),
    major: count(values.major),
    against: isMemory ? [] : narrow(['default', 'tuned'], values.against?.split(',')),
    profile: values.profile,
    json: values.json ?? null,
  }
}

/** Those that were asked for, in our order. Formats that a scenario doesn't have are none of its business. */
function narrow<Name extends Format | ServerKind>(all: readonly Name[], asked: readonly string[] | undefined): Name[] {
  const known: readonly string[] = ['plain', 'custom', 'custom-none', 'directory', 'inserts', 'default', 'tuned']
  const unknown = asked?.find((name) => !known.includes(name))
  if (unknown !== undefined) throw refusal(`"${unknown}" is not known`)
  return all.filter((name) => asked?.includes(name) ?? true)
}

function list(text: string | undefined, read: (one: string) => number = count): readonly number[] | null {
  return text === undefined ? null : text.split(',').map((one) => read(one))
}

function count(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw refusal(`"${text}" is not a count`)
  return value
}

function refusal(message: string): Fault {
  return new Fault('E_USAGE', message)
}
