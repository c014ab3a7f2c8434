import { loadedSchema, WriteLoad } from '../testing/write-load.ts'
import { StandIn } from '../testing/stand-in.ts'
import { rehearse } from '../testing/command.ts'
import { Project } from '../testing/project.ts'

export interface LoadOutcome {
  /** What is wrong; empty where the set was GO, with every row and sequence as the snapshot had it. */
  readonly wrong: readonly string[]
  readonly rounds: number
}

export interface LoadsAsked {
  readonly times: number
  readonly signal: AbortSignal
  readonly onBackup: (outcome: LoadOutcome, done: number) => void
}

/** Backs up a database that is written to, and rehearses each set. Every second one is in directory format. */
export async function backUpUnderLoad({ times, signal, onBackup }: LoadsAsked): Promise<readonly LoadOutcome[]> {
  await using standIn = await StandIn.start(loadedSchema)
  const writers = [await standIn.connect(), await standIn.connect(), await standIn.connect(), await standIn.connect()]
  const outcomes: LoadOutcome[] = []
  while (outcomes.length < times) {
    signal.throwIfAborted()
    await using load = new WriteLoad(writers, outcomes.length % 3 === 0 ? '10s' : '200ms')
    await using project = await Project.empty()
    const format = outcomes.length % 2 === 0 ? 'custom' : 'directory'
    const wrong = await backUpAndRehearse(project, standIn.url(), format)
    const idle = load.done.flatMap((rounds, index) => (rounds === 0 ? [`writer ${index} did nothing`] : []))
    const outcome = { wrong: [...wrong, ...idle], rounds: load.done.reduce((sum, one) => sum + one, 0) }
    outcomes.push(outcome)
    onBackup(outcome, outcomes.length)
  }
  return outcomes
}

async function backUpAndRehearse(project: Project, url: string, format: string): Promise<readonly string[]> {
  const env = { SHOP: url, REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '' }
  const at = { cwd: project.folder, env }
  const taken = await rehearse(['backup', '--from', 'env:SHOP', '--out', 'sets', '--format', format], at)
  if (taken.code !== 0) return [`the backup ended with ${String(taken.code)}: ${taken.stderr}`]
  const ended = await rehearse(['run', '--backup', 'sets'], at)
  const isExact = /every row equal to production at the moment of the dump/.test(ended.stdout)
  return ended.code === 0 && isExact ? [] : [`the rehearsal ended with ${String(ended.code)}: ${ended.stdout}`]
}
