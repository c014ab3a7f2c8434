import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeBaseline, type DumpSource } from '../../../fixtures/supabase/dump-forms.ts'
import type { ConfigFlags } from '../../../harness/config/index.ts'
import { asFault } from '../../../harness/core/index.ts'
import { rehearseForm } from '../../../harness/run/testing/rehearse-form.ts'
import { redOf } from '../../../harness/run/testing/rehearse-set.ts'
import type { StandIn } from '../../../harness/run/testing/two-servers.ts'
import type { Rehearsed } from '../../../harness/run/rehearse.ts'
import { rehearse } from '../../testing/command.ts'
import { expectedOf, type Cell, type Place, type PlayedForm } from './cells.ts'

export interface Played {
  readonly cell: Cell
  /** `GO`, or what went wrong before there was an answer. */
  readonly answer: string
  readonly seconds: number
  /** Why it is not as expected; empty when it is. */
  readonly wrong: readonly string[]
}

/** Where cells of one project are played. */
export interface Stage {
  readonly project: DumpSource
  /** Somebody else's server. */
  readonly other: StandIn
  readonly folder: string
}

/** A set of that form, with production's facts beside it; `live`: without. */
export async function writeSet(stage: Stage, form: PlayedForm, project: DumpSource, name: string): Promise<SetPaths> {
  const [set, live] = [join(stage.folder, name), join(stage.folder, `${name}-live`)]
  for (const path of [set, live]) await mkdir(path)
  if (form.write === undefined) {
    await takeBackup(stage, set)
    await takeBackup(stage, live)
    return { set, live }
  }
  await form.write(project, set)
  await form.write(project, live)
  await writeBaseline(project, set)
  return { set, live }
}

export interface SetPaths {
  readonly set: string
  readonly live: string
}

async function takeBackup({ project }: Stage, out: string): Promise<void> {
  const env = { PRODUCTION: urlOf(project), REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '' }
  const { code, stderr } = await rehearse(['backup', '--from', 'env:PRODUCTION', '--out', out], { cwd: out, env })
  if (code !== 0) throw new Error(`rehearse backup: ${String(code)}\n${stderr}`)
}

/** As its owner signs in. */
function urlOf({ server }: DumpSource): string {
  return `postgresql://postgres:any@localhost/postgres?host=${server.address.host}`
}

/** One rehearsal, and what of its answer is not as it must be. */
export async function playCell(cell: Cell, { set, live }: SetPaths, stage: Stage): Promise<Played> {
  const started = performance.now()
  const flags: Readonly<Record<Place, ConfigFlags>> = {
    embedded: {},
    live: { production: 'env:PRODUCTION' },
    container: { engine: 'container', image: `postgres:${cell.major}` },
    image: { engine: 'container', image: `rehearsal/supabase-shaped:${cell.major}` },
    server: { engine: 'server', server: 'env:SCRATCH', production: 'env:PRODUCTION', superuser: 'postgres' },
  }
  const environment = { PRODUCTION: urlOf(stage.project), SCRATCH: stage.other.url('postgres') }
  const path = cell.place === 'live' ? live : set
  const played = await rehearseForm(path, flags[cell.place], environment).then(
    (rehearsed) => ({ answer: rehearsed.record.verdict.answer, wrong: wrongOf(cell, rehearsed) }),
    (thrown: unknown) => ({ answer: 'failed', wrong: [`${asFault(thrown).code}: ${asFault(thrown).message}`] }),
  )
  await rm(`${path}-out`, { recursive: true, force: true })
  return { cell, seconds: (performance.now() - started) / 1000, ...played }
}

function wrongOf(cell: Cell, rehearsed: Rehearsed): readonly string[] {
  const { answer, named } = expectedOf(cell)
  const { record } = rehearsed
  // Of any other answer what was refused is among what differs, or was not checked.
  const refused = answer !== 'GO' ? [] : (record.restore?.refused.filter(({ harmless }) => !harmless) ?? [])
  const red = redOf(rehearsed)
  return [
    ...(record.verdict.answer === answer ? [] : [`${record.verdict.answer} instead of ${answer}`]),
    ...(record.restore ? [] : ['nothing was restored']),
    ...refused.map(({ verb, object, message }) => `refused: ${verb} ${object}: ${message}`),
    ...red.filter((line) => !named.some((expected) => expected.test(line))),
    ...named.filter((expected) => !red.some((line) => expected.test(line))).map((one) => `not said: ${one.source}`),
  ]
}
