import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { sweepOrphans } from '../../harness/engine/index.ts'
import { startRehearse } from '../testing/command.ts'
import { descendantsOf, isRunning } from '../testing/processes.ts'
import type { Project } from '../testing/project.ts'
import { foldersOf, processesOf } from './remains.ts'
import type { Workplace } from './workplace.ts'

export interface KillOutcome {
  /** Milliseconds after its start. */
  readonly atMs: number
  /** It had come to its end before. */
  readonly ended: boolean
  /** Until the last process was gone; of those that were seen. */
  readonly goneMs: number
  readonly processes: number
  /** What is wrong; empty when nothing is. */
  readonly wrong: readonly string[]
}

/** Everything that a killed run started must have ended by then. */
export const patienceMs = 2_000

/** Starts a rehearsal, kills it, and looks at what is left: at once, and after the next start's sweep. Linux. */
export async function killOnce(
  project: Project,
  { cache, env }: Workplace,
  atMs: number,
  args: readonly string[],
): Promise<KillOutcome> {
  const command = startRehearse(['run', ...args], { cwd: project.folder, env })
  const timer = sleep(atMs)
  await Promise.race([timer, command.ended])
  const ended = command.child.exitCode !== null || command.child.signalCode !== null
  // Held still for a moment, so that nothing is started between the look and the end.
  command.child.kill('SIGSTOP')
  const folders = await foldersOf(command.pid, cache)
  const seen = descendantsOf(command.pid)
  command.child.kill('SIGKILL')
  const killedMs = performance.now()
  await command.ended
  const left = (): readonly string[] => [
    ...seen.filter(isRunning).map(({ pid, command: line }) => `${pid} ${line}`),
    ...folders.filter(({ uid }) => uid !== process.getuid?.()).flatMap(({ uid }) => processesOf(uid).map(String)),
  ]
  while (left().length > 0 && performance.now() - killedMs < patienceMs) await sleep(10)
  const goneMs = performance.now() - killedMs
  const wrong = left().map((process) => `still runs after ${patienceMs} ms: ${process}`)
  await sweepOrphans({ cacheFolder: cache })
  for (const { path, lease } of folders)
    for (const folder of [path, lease.socketFolder]) if (existsSync(folder)) wrong.push(`left: ${folder}`)
  wrong.push(...(await halfEvidence(project)))
  return { atMs, ended, goneMs, processes: seen.length, wrong }
}

/** An answer that was written is whole. */
async function halfEvidence(project: Project): Promise<readonly string[]> {
  if (!existsSync(project.path('.rehearsal/latest/verdict.json'))) return []
  return project.record().then(
    () => [],
    (error: unknown) => [`half-written evidence: ${String(error)}`],
  )
}
