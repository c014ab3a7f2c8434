import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Fault, scrub } from '../../harness/core/index.ts'
import type { ServerAddress } from '../../harness/postgres/index.ts'
import { childEnd } from '../child-end.ts'
import type { Reading } from './observe-database.ts'

const program = fileURLToPath(new URL('observe-database.ts', import.meta.url))

export interface ObserveRun {
  readonly database: string
  readonly sessions: number
  readonly depth: 'rows' | 'counts'
}

/** Facts of a database, read in a process of their own. */
export async function runObserve(address: ServerAddress, run: ObserveRun, signal: AbortSignal): Promise<Reading> {
  const where = [address.host, String(address.port), address.user, run.database, String(run.sessions), run.depth]
  const child = spawn(process.execPath, [program, ...where], {
    env: { PATH: '/usr/bin:/bin' },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  let answer = ''
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_096)))
  const code = await childEnd(child)
  if (code !== 0) throw new Fault('E_DEFECT', `reading the facts ended with ${String(code)}: ${scrub(said).trim()}`)
  return JSON.parse(answer) as Reading
}
