import { readdirSync } from 'node:fs'
import { draw } from '../draw.ts'
import { rehearse } from '../testing/command.ts'
import { Project } from '../testing/project.ts'
import { killOnce, type KillOutcome } from './kill-once.ts'
import { makeWorkplace, type Workplace } from './workplace.ts'

export interface KillsAsked {
  readonly kills: number
  readonly seed: string
  /** Of `rehearse run`, such as `--engine container`. */
  readonly args: readonly string[]
  readonly signal: AbortSignal
  readonly onKill: (outcome: KillOutcome, done: number) => void
}

/**
 * Kills rehearsals at random moments of what a whole one takes, then lets one come to its end: it must be GO, and its
 * temporary folder empty.
 */
export async function runKills({ kills, seed, args, signal, onKill }: KillsAsked): Promise<readonly KillOutcome[]> {
  await using project = await Project.small()
  await using place = await makeWorkplace()
  await rehearseWhole(project, place, args)
  const startMs = performance.now()
  await rehearseWhole(project, place, args)
  const wholeMs = Math.ceil(performance.now() - startMs)
  const outcomes: KillOutcome[] = []
  while (outcomes.length < kills) {
    signal.throwIfAborted()
    const outcome = await killOnce(project, place, draw(wholeMs, seed, outcomes.length), args)
    outcomes.push(outcome)
    onKill(outcome, outcomes.length)
  }
  await rehearseWhole(project, place, args)
  const temporary = readdirSync(place.temporary)
  if (temporary.length > 0) throw new TypeError(`left in the temporary folder: ${temporary.join(', ')}`)
  return outcomes
}

async function rehearseWhole(project: Project, { env }: Workplace, args: readonly string[]): Promise<void> {
  const { code, stderr } = await rehearse(['run', ...args], { cwd: project.folder, env })
  if (code !== 0) throw new TypeError(`a whole rehearsal ended with ${String(code)}:\n${stderr}`)
}
