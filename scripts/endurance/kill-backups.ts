import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkFiles, openSet } from '../../harness/backup/index.ts'
import { draw } from '../draw.ts'
import { rehearse, startRehearse, type CommandOptions } from '../testing/command.ts'
import { descendantsOf, isRunning } from '../testing/processes.ts'
import { Project } from '../testing/project.ts'
import type { StandIn } from '../testing/stand-in.ts'

export interface KilledBackup {
  /** Milliseconds after its start. */
  readonly atMs: number
  /** It had written its set before. */
  readonly isWhole: boolean
  /** What is wrong; empty when nothing is. */
  readonly wrong: readonly string[]
}

export interface BackupKillsAsked {
  readonly kills: number
  readonly seed: string
  /** Of `rehearse backup`, such as `--artefacts all`. */
  readonly args: readonly string[]
  readonly signal: AbortSignal
  readonly onKill: (outcome: KilledBackup, done: number) => void
}

const patienceMs = 2_000
/** What a backup does before it connects takes most of the time, and nothing is to be seen there. */
const startMs = 250

/**
 * Kills backups at random moments of what a whole one takes. After each, every set in the folder is whole and as it was
 * sealed, and nothing that was started is left; after the next whole backup nothing else lies in the folder.
 */
export async function killBackups(standIn: StandIn, asked: BackupKillsAsked): Promise<readonly KilledBackup[]> {
  const { kills, seed, signal, onKill } = asked
  await using project = await Project.empty()
  const env = { SHOP: standIn.url(), REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '' }
  const at = { cwd: project.folder, env }
  const args = ['backup', '--from', 'env:SHOP', '--out', 'sets', ...asked.args]
  const isProtected = args.includes('--recipients')
  await takeWhole(args, at)
  const begunMs = performance.now()
  await takeWhole(args, at)
  const wholeMs = Math.ceil(performance.now() - begunMs)
  const outcomes: KilledBackup[] = []
  while (outcomes.length < kills) {
    signal.throwIfAborted()
    const before = await visible(project)
    const atMs = startMs + draw(wholeMs - startMs, seed, outcomes.length)
    const wrong = await killOne(args, at, atMs)
    const after = await visible(project)
    const gone = before.filter((name) => !after.includes(name)).map((name) => `gone: ${name}`)
    const broken = (await Promise.all(after.map(async (name) => brokenSet(project, name, isProtected)))).flat()
    const backends = await backendsOf(standIn)
    const outcome = { atMs, isWhole: after.length > before.length, wrong: [...wrong, ...gone, ...broken, ...backends] }
    outcomes.push(outcome)
    onKill(outcome, outcomes.length)
  }
  await takeWhole(args, at)
  const hidden = (await readdir(project.path('sets'))).filter((name) => name.startsWith('.'))
  if (hidden.length > 0) throw new TypeError(`left in the folder: ${hidden.join(', ')}`)
  return outcomes
}

async function takeWhole(args: readonly string[], at: CommandOptions): Promise<void> {
  const { code, stderr } = await rehearse(args, at)
  if (code !== 0) throw new TypeError(`a whole backup ended with ${String(code)}:\n${stderr}`)
}

async function killOne(args: readonly string[], at: CommandOptions, atMs: number): Promise<readonly string[]> {
  const command = startRehearse(args, at)
  await Promise.race([sleep(atMs), command.ended])
  // Held still for a moment, so that nothing is started between the look and the end.
  command.child.kill('SIGSTOP')
  const seen = descendantsOf(command.pid)
  command.child.kill('SIGKILL')
  await command.ended
  const killedMs = performance.now()
  while (seen.some(isRunning) && performance.now() - killedMs < patienceMs) await sleep(10)
  return seen.filter(isRunning).map(({ command: line }) => `still runs: ${line}`)
}

async function visible(project: Project): Promise<readonly string[]> {
  return (await readdir(project.path('sets'))).filter((name) => !name.startsWith('.'))
}

async function brokenSet(project: Project, name: string, isProtected: boolean): Promise<readonly string[]> {
  const set = await openSet(project.path(`sets/${name}`))
  const problems = set.problems.map(({ message }) => `${name}: ${message}`)
  if (!set.sealed) problems.push(`${name}: has no manifest`)
  const checks = await checkFiles(set)
  const plain = isProtected ? set.files.flatMap(({ parts }) => parts).filter(({ name }) => !name.endsWith('.age')) : []
  problems.push(...plain.map((file) => `${name}: ${file.name} is in plain text`))
  return [...problems, ...checks.filter(({ state }) => state !== 'intact').map(({ message }) => `${name}: ${message}`)]
}

/** Sessions that a killed backup has left on the server. */
async function backendsOf({ session }: StandIn): Promise<readonly string[]> {
  for (let waited = 0; ; waited += 50) {
    const rows = await session.query(
      `SELECT pid, query FROM pg_stat_activity WHERE application_name IN ('rehearse backup', 'rehearse (read-only)', 'pg_dump')`,
    )
    if (rows.length === 0) return []
    if (waited > patienceMs) return rows.map(({ query }) => `left on the server: ${query ?? ''}`)
    await sleep(50)
  }
}
