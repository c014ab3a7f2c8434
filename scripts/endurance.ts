import { parseArgs } from 'node:util'
import { exitCode, formatBytes } from '../harness/core/index.ts'
import { backUpUnderLoad, type LoadOutcome } from './endurance/backup-under-load.ts'
import { nameOf, places, playForms, tableOf } from './endurance/forms/index.ts'
import { killBackups, type KilledBackup } from './endurance/kill-backups.ts'
import { grown } from './endurance/remains.ts'
import { runCrowd } from './endurance/run-crowd.ts'
import { runKills } from './endurance/run-kills.ts'
import { runMany } from './endurance/run-many.ts'
import { StandIn } from './testing/stand-in.ts'
import { loadedSchema } from './testing/write-load.ts'

const usage = `usage: npm run endurance -- kills|runs|crowd|backups|backup-kills|forms
         [--times <n>] [--size <n>] [--seed <text>] [--engine <kind>] [--only <text>]

  kills  SIGKILLs a rehearsal at random moments (200): its processes are gone within 2 s, all else by the next start
  runs   rehearsals one after the other in one process (300): it holds no more file, process or folder than before
  crowd  rehearsals at once (8, ten rounds), of whole and of damaged dumps: every answer is right
  backups       backups (100) of a database that others write to, truncate and alter: each is rehearsed, and exact
  backup-kills  SIGKILLs a backup at random moments (100): there is a whole set or none, and earlier ones are as they were
  forms         three Supabase projects, in every form of dump, of 15 and 17, in every engine: each GO, but for what is known
                (--engine embedded,container,image,server,live; --only <project major form>)
`

async function main(args: readonly string[]): Promise<number> {
  const asked = readArguments(args)
  if (asked === null) {
    process.stderr.write(usage)
    return exitCode.refused
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const told = await asked.run({ ...asked, signal: stop.signal }).catch((error: unknown) => {
    if (stop.signal.aborted) return null
    throw error
  })
  if (told === null) {
    process.stderr.write('interrupted\n')
    return exitCode.undecided
  }
  const { lines, wrong } = told
  process.stdout.write(`${[...wrong, ...lines, `${wrong.length} failures`].join('\n')}\n`)
  return wrong.length > 0 ? exitCode.noGo : exitCode.go
}

interface Asked {
  readonly times: number | null
  readonly size: number
  readonly seed: string
  readonly engine: readonly string[]
  readonly only: string | null
}

interface Told {
  readonly lines: readonly string[]
  readonly wrong: readonly string[]
}

type Run = (asked: Asked & { readonly signal: AbortSignal }) => Promise<Told>

const programs: Readonly<Record<string, Run>> = {
  kills: async ({ times, seed, engine, signal }) => {
    const outcomes = await runKills({
      kills: times ?? 200,
      seed,
      args: engine,
      signal,
      onKill: ({ atMs, goneMs, processes, wrong }, done) => {
        say(`${done}: killed after ${atMs} ms, ${processes} processes, gone in ${goneMs.toFixed(0)} ms`, wrong)
      },
    })
    const slowest = Math.max(...outcomes.map(({ goneMs }) => goneMs))
    const early = outcomes.filter(({ ended }) => ended).length
    const most = `the slowest left its processes for ${slowest.toFixed(0)} ms`
    return {
      lines: [`seed ${seed}: ${outcomes.length} kills, ${early} of them after the end; ${most}`],
      wrong: outcomes.flatMap(({ wrong }) => wrong),
    }
  },
  runs: async ({ times, signal }) => {
    const onRun = (done: number): void => (done % 10 === 0 ? say(`${done} runs`) : undefined)
    const { before, after, memory } = await runMany({ runs: times ?? 300, signal, onRun })
    return {
      lines: [
        `before ${JSON.stringify(before)}`,
        `after  ${JSON.stringify(after)}`,
        `memory after each tenth: ${memory.map(formatBytes).join(', ')}`,
      ],
      wrong: grown(before, after),
    }
  },
  crowd: async ({ times, size, engine, signal }) => {
    const rounds = times ?? 10
    const onRound = (wrong: readonly string[], done: number): void => say(`round ${done}`, wrong)
    const wrong = await runCrowd({ size, rounds, args: engine, signal, onRound })
    return { lines: [`${rounds} rounds of ${size} at once`], wrong }
  },
  backups: async ({ times, signal }) => {
    const onBackup = ({ rounds, wrong }: LoadOutcome, done: number): void => say(`${done}: ${rounds} writes`, wrong)
    const outcomes = await backUpUnderLoad({ times: times ?? 100, signal, onBackup })
    return { lines: [`${outcomes.length} backups under load`], wrong: outcomes.flatMap(({ wrong }) => wrong) }
  },
  'backup-kills': async ({ times, seed, signal }) => {
    await using standIn = await StandIn.start(loadedSchema)
    const onKill = ({ atMs, wrong }: KilledBackup, done: number): void => say(`${done}: killed after ${atMs} ms`, wrong)
    const outcomes = await killBackups(standIn, { kills: times ?? 100, seed, args: [], signal, onKill })
    const late = outcomes.filter(({ isWhole }) => isWhole).length
    const lines = [`seed ${seed}: ${outcomes.length} kills, ${late} of them after the set was there`]
    return { lines, wrong: outcomes.flatMap(({ wrong }) => wrong) }
  },
  forms: async ({ engine, only, signal }) => {
    const asked = places.filter((place) => engine.length === 0 || engine[1]?.split(',').includes(place))
    const played = await playForms({
      places: asked,
      only,
      signal,
      onCell: (one) => say(`${nameOf(one)}: ${one.answer}, ${one.seconds.toFixed(1)} s`, one.wrong.slice(0, 5)),
    })
    const wrong = played.flatMap((one) => one.wrong.slice(0, 5).map((line) => `${nameOf(one)}: ${line}`))
    return { lines: [tableOf(played, asked), `${played.length} rehearsals`], wrong }
  },
}

function say(line: string, wrong: readonly string[] = []): void {
  process.stderr.write(`${[line, ...wrong].join('\n  ')}\n`)
}

function readArguments(args: readonly string[]): (Asked & { readonly run: Run }) | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        times: { type: 'string' },
        size: { type: 'string', default: '8' },
        seed: { type: 'string', default: '1' },
        engine: { type: 'string' },
        only: { type: 'string' },
      },
    })
    const run = programs[positionals[0] ?? '']
    const times = values.times === undefined ? null : Number(values.times)
    const size = Number(values.size)
    const counts = [size, times ?? 1]
    if (run === undefined || positionals.length !== 1 || !counts.every((n) => Number.isInteger(n) && n > 0)) return null
    const engine = values.engine === undefined ? [] : ['--engine', values.engine]
    return { run, times, size, seed: values.seed, engine, only: values.only ?? null }
  } catch {
    return null
  }
}

process.exitCode = await main(process.argv.slice(2))
