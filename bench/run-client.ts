import { spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, scrub } from '../harness/core/index.ts'
import type { ServerAddress } from '../harness/postgres/index.ts'
import type { ClientTool, ClientTools } from '../harness/restore/testing/client-tools.ts'
import { childEnd } from './child-end.ts'

export interface ClientRun {
  readonly tool: ClientTool
  readonly args: readonly string[]
  /** Files for stdin and stdout; nothing unless given. */
  readonly input?: string
  readonly output?: string
}

/** Runs a client program to its end, ms. A pipe would cost time that isn't the program's: it gets the files itself. */
export async function runClient(
  tools: ClientTools,
  address: ServerAddress,
  run: ClientRun,
  signal: AbortSignal,
): Promise<number> {
  await using files = new AsyncDisposableStack()
  const input = run.input === undefined ? 'ignore' : files.use(await open(run.input, 'r')).fd
  const output = run.output === undefined ? 'ignore' : files.use(await open(run.output, 'a', 0o600)).fd
  const startMs = performance.now()
  const child = spawn(join(tools.folder, run.tool), run.args, {
    env: {
      PGHOST: address.host,
      PGPORT: String(address.port),
      PGUSER: address.user,
      PATH: '/usr/bin:/bin',
      LC_ALL: 'C.UTF-8',
    },
    stdio: [input, output, 'pipe'],
    signal,
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_096)))
  const code = await childEnd(child)
  if (code !== 0) throw new Fault('E_SQL', `${run.tool} ended with ${String(code)}: ${scrub(said).trim()}`)
  return performance.now() - startMs
}
