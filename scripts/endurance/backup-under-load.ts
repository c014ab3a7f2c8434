import { loadedSchema, WriteLoad } from '../testing/write-load.ts'
import { StandIn } from '../testing/stand-in.ts'
import { rehearse, type CommandOptions } from '../testing/command.ts'
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

/** Backs up a database that is written to, and rehearses each set once the writers have stopped. Every second one is in directory format. */
export async function backUpUnderLoad({ times, signal, onBackup }: LoadsAsked): Promise<readonly LoadOutcome[]> {
  await using standIn = await StandIn.start(loadedSchema)
  const writers = [await standIn.connect(), await standIn.connect(), await standIn.connect(), await standIn.connect()]
  const outcomes: LoadOutcome[] = []
  while (outcomes.length < times) {
    signal.throwIfAborted()
    await using load = new WriteLoad(writers, outcomes.length % 3 === 0 ? '10s' : '200ms')
    await using project = await Project.empty()
    const format = outcomes.length % 2 === 0 ? 'custom' : 'directory'
    const at = placeOf(project, standIn.url())
    const taken = await rehearse(['backup', '--from', 'env:SHOP', '--out', 'sets', '--format', format], at)
    // A rehearsal does not look at the source: whoever writes there only makes it slower.
    await load[Symbol.asyncDispose]()
    const wrong =
      taken.code === 0 ? await wrongWith(at) : [`the backup ended with ${String(taken.code)}: ${taken.stderr}`]
    const idle = load.done.flatMap((rounds, index) => (rounds === 0 ? [`writer ${index} did nothing`] : []))
    const outcome = { wrong: [...wrong, ...idle], rounds: load.done.reduce((sum, one) => sum + one, 0) }
    outcomes.push(outcome)
    onBackup(outcome, outcomes.length)
  }
  return outcomes
}

function placeOf(project: Project, url: string): CommandOptions {
  return { cwd: project.folder, env: { SHOP: url, REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '' } }
}

async function wrongWith(at: CommandOptions): Promise<readonly string[]> {
  const ended = await rehearse(['run', '--backup', 'sets'], at)
  const isExact = /every row equal to production at the moment of the dump/.test(ended.stdout)
  return ended.code === 0 && isExact ? [] : [`the rehearsal ended with ${String(ended.code)}: ${ended.stdout}`]
}
