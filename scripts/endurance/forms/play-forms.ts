import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DumpSource } from '../../../fixtures/supabase/dump-forms.ts'
import { asFault } from '../../../harness/core/index.ts'
import { findOracle, toolsOf } from '../../../harness/restore/testing/oracle-test.ts'
import { StandIn } from '../../../harness/run/testing/two-servers.ts'
import { formsOf, majors, projects, startProject, type Cell, type Place, type ProjectName } from './cells.ts'
import { playCell, writeSet, type Played, type Stage } from './play-cell.ts'

export interface FormsAsked {
  readonly places: readonly Place[]
  /** Of `project major form`; all when null. */
  readonly only: string | null
  readonly signal: AbortSignal
  readonly onCell: (played: Played) => void
}

/** A rehearsal keeps one core busy, and a server beside it. */
const atOnce = 2

/** Every project in every form, on every major, in every place. */
export async function playForms(asked: FormsAsked): Promise<readonly Played[]> {
  const played: Played[] = []
  for (const project of projects) {
    for (const major of majors) played.push(...(await playProject(project, major, asked)))
  }
  return played
}

async function playProject(name: ProjectName, major: number, asked: FormsAsked): Promise<readonly Played[]> {
  const forms = formsOf(name, major).filter((form) => `${name} ${major} ${form.name}`.includes(asked.only ?? ''))
  if (forms.length === 0) return []
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-forms-'))
  // A container's own user reads there.
  await chmod(folder, 0o755)
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const server = stack.use(await startProject(name, major))
  const other = stack.use(await StandIn.start('postgres', major))
  const project: DumpSource = { server, tools: toolsOf(await findOracle(major)) }
  const stage: Stage = { project, other, folder }
  const results: Played[] = []
  const tell = (one: Played): void => {
    results.push(one)
    asked.onCell(one)
  }
  for (const [number, form] of forms.entries()) {
    asked.signal.throwIfAborted()
    const cells: readonly Cell[] = asked.places.map((place) => ({ project: name, major, form, place }))
    try {
      const source = form.clients === undefined ? project : { server, tools: toolsOf(await findOracle(form.clients)) }
      const paths = await writeSet(stage, form, source, `form-${number}`)
      const waiting = [...cells]
      const play = async (): Promise<void> => {
        for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
          asked.signal.throwIfAborted()
          tell(await playCell(cell, paths, stage))
        }
      }
      // Whoever is interrupted waits for the other: both play on one server.
      const ended = await Promise.allSettled(Array.from({ length: atOnce }, play))
      const failed = ended.find((one) => one.status === 'rejected')
      if (failed) throw failed.reason
    } catch (thrown) {
      asked.signal.throwIfAborted()
      const { message } = asFault(thrown)
      for (const cell of cells) tell({ cell, answer: 'not written', seconds: 0, wrong: [message] })
    }
  }
  return results
}
