import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Fault, systemClock } from '../core/index.ts'
import type { Gate } from './gate.ts'
import { Guard } from './guard.ts'
import { OutputLog } from './output-log.ts'
import type { CommandRun, MigrationOrder } from './types.ts'

/** What every program may expect to find. Nothing else of ours reaches it but what config lists. */
const keptVariables = ['PATH', 'HOME', 'LANG', 'TMPDIR'] as const
/** Output that is still in the pipes when all writers are gone comes at once. */
const drainMs = 2_000
/** What setTimeout can count to: 24.8 days. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Runs the command with the gate's way to the clone, to its end or to the time limit, and ends whatever it started. Throws
 * only where it could not be started, or was interrupted.
 */
export async function runCommand(order: MigrationOrder, gate: Gate): Promise<CommandRun> {
  order.signal.throwIfAborted()
  const connection = gate.variables()
  const secrets = [gate.password.reveal(), ...Object.values(order.variables)]
  await using guard = new Guard()
  await using log = new OutputLog(order.logFile, secrets)
  const startedMs = systemClock.monotonicMs()
  const child = spawn('/bin/sh', ['-c', order.command], {
    cwd: order.folder,
    env: { ...keptEnvironment(), ...order.variables, ...connection, ...guard.variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The leader of a group of its own.
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr]) {
    const take = log.intake()
    stream.on('data', take)
    stream.once('close', () => take(null))
  }
  const closed = once(child, 'close').catch(() => null)
  const end = await new Promise<Pick<CommandRun, 'exitCode' | 'killedBy' | 'timedOut'>>((resolve, reject) => {
    let timedOut = false
    child.once('error', (cause) => {
      clearTimeout(timer)
      reject(notStarted(cause))
    })
    child.once('exit', (exitCode, killedBy) => {
      clearTimeout(timer)
      order.signal.removeEventListener('abort', stop)
      resolve({ exitCode, killedBy, timedOut })
    })
    const stop = (): void => void guard.end()
    const timer = setTimeout(
      () => {
        timedOut = true
        stop()
      },
      Math.min(order.timeoutMs, longestTimerMs),
    )
    order.signal.addEventListener('abort', stop, { once: true })
    if (child.pid !== undefined) guard.lead(child.pid)
  })
  const durationMs = Math.round(systemClock.monotonicMs() - startedMs)
  const leftBehind = await guard.end()
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, drainMs).unref())])
  order.signal.throwIfAborted()
  return {
    ...end,
    durationMs,
    connections: gate.connections,
    leftBehind: end.timedOut ? [] : [...leftBehind].sort(),
    lastLines: log.lastLines,
    outputBytes: log.bytes,
  }
}

function keptEnvironment(): Record<string, string> {
  const kept = keptVariables.map((name) => [name, process.env[name]] as const)
  return Object.fromEntries(kept.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== undefined))
}

function notStarted(cause: Error): Fault {
  return new Fault('E_CLIENT_FAILED', `the migration's command could not be started: ${cause.message}`, {
    hint: 'see that the folder of the config is there, and /bin/sh',
    cause,
  })
}
