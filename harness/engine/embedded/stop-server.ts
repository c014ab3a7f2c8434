import { setTimeout as sleep } from 'node:timers/promises'
import { signalProcess } from '../signal-process.ts'
import type { ServerProcess } from './server-process.ts'
import { killServer, type StartedServer } from './start-server.ts'

/** How long each kind of shutdown may take before the next: `fast` writes a checkpoint, `immediate` only ends. */
const patienceMs = { fast: 10_000, immediate: 5_000 } as const

/** Fast shutdown, then immediate, then SIGKILL. Returns when all the server's processes have ended. */
export async function stopServer(server: StartedServer): Promise<'fast' | 'immediate' | 'killed'> {
  server.process.hold(true)
  if (server.process.hasEnded()) return 'fast'
  signalProcess(server.pid, 'SIGINT')
  if (await endsWithin(server.process, patienceMs.fast)) return 'fast'
  signalProcess(server.pid, 'SIGQUIT')
  if (await endsWithin(server.process, patienceMs.immediate)) return 'immediate'
  await killServer(server.process)
  return 'killed'
}

async function endsWithin(server: ServerProcess, ms: number): Promise<boolean> {
  const timer = new AbortController()
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false)
  const inTime = await Promise.race([server.ended.then(() => true), late])
  timer.abort()
  return inTime
}
