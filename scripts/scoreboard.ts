import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Workshop } from '../fixtures/failures/workshop.ts'
import { exitCode } from '../harness/core/index.ts'
import { clientFolders } from '../harness/restore/testing/client-tools.ts'
import { loadFailures, readClasses, readLimits } from './scoreboard/catalogue.ts'
import { peaceBoard } from './scoreboard/peace.ts'
import { playAll, type Played } from './scoreboard/play-all.ts'
import { documentsOf, keyOf, mergeRecord, readRecord, writeDocuments, writeRecord } from './scoreboard/record.ts'
import { renderBoard } from './scoreboard/render-board.ts'
import { renderPage } from './scoreboard/render-page.ts'
import { rivalBy, usualRivals, type Rival } from './scoreboard/rivals.ts'

const usage = `usage: npm run scoreboard -- [--class <id>]… [--sample] [--against usual|<command>]… [--json <file>] [--page <file>] [--lanes <n>] [--record]

Breaks a backup in every way that is documented (docs/failure-classes.md), rehearses each beside its good twin, and says
whether it was caught: the answer that the class asks for, and the right object for the right reason. Needs pg_dump 15
and 17: set REHEARSAL_CLIENTS to the folder that .ci/install-client-tools was given.

  --class     a class (A1) or a letter (A); default all
  --sample    the few that npm test plays
  --against   another way to check, over the same backups: \`usual\` for what people do by hand, or a command that finds
              SET, DUMP, COUNTS and an empty database (PGHOST, PGDATABASE), and passes a backup by exit code 0
  --json      the results as JSON
  --page      the results as a page
  --lanes     how many at once (default: one a core)
  --record    keep what came of it in docs/scoreboard.json, and write the tables of the documents anew
              once every mutant is in it
  --peace     instead: good backups in many surroundings, which must all be GO; --peace --help lists its flags
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const [clients] = clientFolders()
  if (args.includes('--peace') && clients !== undefined) return peaceBoard(args, clients)
  const asked = readArguments(args)
  if (asked === null || clients === undefined) {
    process.stderr.write(asked === null ? usage : 'set REHEARSAL_CLIENTS to the folder of the client tools\n')
    return exitCode.refused
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const startedMs = performance.now()
  const isAsked = ({ id }: { readonly id: string }): boolean =>
    asked.classes.length === 0 || asked.classes.some((name) => id === name || id[0] === name)
  const failures = (await loadFailures())
    .filter(isAsked)
    .map((failure) => ({ ...failure, faces: failure.faces.filter(({ sample }) => !asked.sample || sample) }))
  const rivals = asked.against.flatMap((name): readonly Rival[] =>
    name === 'usual' ? usualRivals(clients) : [rivalBy(name, name, clients)],
  )
  await using workshop = await Workshop.open([clients])
  const onPlayed = (row: Played, done: number, total: number): void => {
    const word = row.killed ? 'caught' : 'NOT CAUGHT'
    process.stderr.write(`${done}/${total} ${row.id} ${row.face}: ${word}, ${row.answer}, ${row.ms} ms\n`)
  }
  const played = await playAll(failures, { workshop, lanes: asked.lanes, rivals, signal: stop.signal, onPlayed })
  const board = { classes: (await readClasses()).filter(isAsked), limits: await readLimits(), played }
  const seconds = Math.round((performance.now() - startedMs) / 1_000)
  const caught = played.filter(({ killed }) => killed).length
  process.stdout.write(
    `${renderBoard(board, process.stdout.isTTY)}\n${caught} of ${played.length} caught, in ${seconds} s\n`,
  )
  if (asked.json !== undefined) await writeFile(asked.json, `${JSON.stringify(played, null, 2)}\n`)
  if (asked.page !== undefined) await writeFile(asked.page, renderPage(board))
  if (stop.signal.aborted) return exitCode.undecided
  if (asked.record) await record(played)
  return caught === played.length ? exitCode.go : exitCode.noGo
}

async function record(played: readonly Played[]): Promise<void> {
  const order = (await loadFailures()).flatMap(({ id, faces }) => faces.map(({ name }) => keyOf({ id, face: name })))
  const day = new Date().toISOString().slice(0, 10)
  const merged = mergeRecord(await readRecord(), played, order, day)
  await writeRecord(merged)
  await writeDocuments(await documentsOf(merged, order))
}

interface Asked {
  readonly classes: readonly string[]
  readonly sample: boolean
  readonly against: readonly string[]
  readonly json: string | undefined
  readonly page: string | undefined
  readonly lanes: number
  readonly record: boolean
}

function readArguments(args: readonly string[]): Asked | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        class: { type: 'string', multiple: true, default: [] },
        sample: { type: 'boolean', default: false },
        against: { type: 'string', multiple: true, default: [] },
        json: { type: 'string' },
        page: { type: 'string' },
        record: { type: 'boolean', default: false },
        lanes: { type: 'string', default: String(availableParallelism()) },
      },
    })
    const lanes = Number(values.lanes)
    if (!(lanes >= 1) || values.class.some((name) => !/^[A-I]\d{0,2}$/.test(name))) return null
    return { ...values, classes: values.class, lanes, json: values.json, page: values.page }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return null
  }
}
