import { parseArgs } from 'node:util'
import { exitCode } from '../harness/core/index.ts'
import { findClientTools } from '../harness/restore/testing/client-tools.ts'
import { parseCase, type FaultCase } from './faults/damage.ts'
import { formats, type Format } from './faults/formats.ts'
import type { CaseResult } from './faults/rehearse-case.ts'
import { renderFailure, renderTally, tally } from './faults/result.ts'
import { runFaults } from './faults/run-faults.ts'

const usage = `usage: npm run faults -- [--cases <n>] [--seed <text>] [--format <name>]… [--case flip:<n>|cut:<n>]… [--major 15|17] [--look]

Damages dumps of one rich database, by a flipped bit or a lost end, and rehearses each beside the facts of its source.
Never must one be GO whose content differs. Needs pg_dump: set REHEARSAL_CLIENTS to the folder that
.ci/install-client-tools was given.

  --cases   how many flips, and how many cuts, of each format (default 1000)
  --seed    which ones (default 1)
  --format  ${formats.map(({ name }) => name).join(', ')} (default all)
  --case    one case, with all that was found
  --major   of the server and of pg_dump (default 17)
  --look    hold every restored copy against the source by pg_dump, also those already found to differ
`

interface Asked {
  readonly formats: readonly Format[]
  readonly cases: readonly (FaultCase | null)[]
  readonly isOne: boolean
  readonly seed: string
  readonly major: number
  readonly lookAtAll: boolean
}

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args)
  if (asked === null) {
    process.stderr.write(usage)
    return exitCode.refused
  }
  const tools = await findClientTools(asked.major)
  if (tools === null) {
    process.stderr.write(`there is no pg_dump for PostgreSQL ${asked.major} here: set REHEARSAL_CLIENTS\n`)
    return exitCode.refused
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const startedMs = performance.now()
  const onResult = (result: CaseResult, done: number, total: number): void => {
    if (result.failure !== null || asked.isOne) process.stderr.write(`${renderFailure(result, asked.seed)}\n`)
    if (done % 100 === 0) process.stderr.write(`${done}/${total}, ${seconds(startedMs)} s\n`)
  }
  const { results, renewals } = await runFaults({ ...asked, tools, onResult, signal: stop.signal })
  const failures = results.filter(({ failure }) => failure !== null)
  const whole = results.filter(({ name, answer }) => name === 'whole' && answer !== 'GO')
  const wanted = asked.formats.length * asked.cases.length
  const lines = [
    renderTally(tally(results)),
    `seed ${asked.seed}, PostgreSQL ${asked.major}, pg_dump ${tools.version}: ${results.length} of ${wanted} cases in ${seconds(startedMs)} s; ${renewals} servers were replaced`,
    ...whole.map(({ format, answer }) => `the whole ${format} dump is ${answer}`),
    `${failures.length} failures`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  if (results.length < wanted) return exitCode.undecided
  return failures.length + whole.length > 0 ? exitCode.noGo : exitCode.go
}

function readArguments(args: readonly string[]): Asked | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        cases: { type: 'string', default: '1000' },
        seed: { type: 'string', default: '1' },
        format: { type: 'string', multiple: true, default: [] },
        case: { type: 'string', multiple: true, default: [] },
        major: { type: 'string', default: '17' },
        look: { type: 'boolean', default: false },
      },
    })
    const chosen = values.format.map((name) => formats.find((format) => format.name === name))
    const named = values.case.map(parseCase)
    const [count, major] = [Number(values.cases), Number(values.major)]
    if (chosen.includes(undefined) || named.includes(null) || !(count >= 0) || !(major > 0)) return null
    return {
      formats: chosen.length > 0 ? formats.filter((format) => chosen.includes(format)) : formats,
      cases: named.length > 0 ? named : [null, ...casesOf('flip', count), ...casesOf('cut', count)],
      isOne: named.length > 0,
      seed: values.seed,
      major,
      lookAtAll: values.look || named.length > 0,
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return null
  }
}

function casesOf(kind: FaultCase['kind'], count: number): readonly FaultCase[] {
  return Array.from({ length: count }, (_, number) => ({ kind, number }))
}

function seconds(startedMs: number): string {
  return Math.round((performance.now() - startedMs) / 1_000).toLocaleString('en')
}
