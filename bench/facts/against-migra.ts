import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Fault, scrub } from '../../harness/core/index.ts'
import type { DisposableServer } from '../../harness/engine/index.ts'
import type { ServerAddress } from '../../harness/postgres/index.ts'
import { childEnd } from '../child-end.ts'
import { installPeer } from '../install-peer.ts'
import { peakBytes } from '../process-tree.ts'
import type { Contest } from './measure-facts.ts'

/** The best known schema comparison in TypeScript: half of its time is the bar. */
const migra = { name: '@pgkit/migra', version: '0.6.1' } as const
const command = fileURLToPath(new URL('../../bin/rehearse.mjs', import.meta.url))
const lookEveryMs = 50

/** Two databases read and compared, as commands: `rehearse diff` against migra. They differ in a column, an index and a policy. */
export async function diffContest(server: DisposableServer, cache: string, signal: AbortSignal): Promise<Contest> {
  const peer = await installPeer(cache, migra.name, migra.version, signal)
  const installed = join(peer, 'node_modules', migra.name, 'dist/command.js')
  const [a, b] = [urlOf(server.address, 'schema'), urlOf(server.address, 'changed')]
  return {
    title: 'two schemas read and compared',
    bar: 0.5,
    against: `${migra.name}@${migra.version}`,
    ours: async () => {
      const run = await timed([command, 'diff', a, b, '--depth', 'schema'], cache, signal)
      return { ...run, objects: 0, rows: 0, bytes: 0 }
    },
    theirs: async () => (await timed([installed, 'run', a, b, '--unsafe', 'true'], cache, signal)).ms,
  }
}

/** What the second database has otherwise. */
export const changes: readonly string[] = [
  'ALTER TABLE part_00007 ADD COLUMN note text',
  'DROP INDEX part_00008_code',
  'ALTER POLICY own ON part_00009 USING (true)',
]

function urlOf({ host, port, user }: ServerAddress, database: string): string {
  return `postgresql://${user}@${encodeURIComponent(host)}:${port}/${database}`
}

async function timed(
  args: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<{ readonly ms: number; readonly peakBytes: number }> {
  const startMs = performance.now()
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, args, { cwd, env: { PATH, HOME }, stdio: ['ignore', 'pipe', 'pipe'], signal })
  let printed = ''
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_096)))
  let peak = 0
  const timer = setInterval(() => (peak = Math.max(peak, peakBytes(child.pid ?? 0))), lookEveryMs)
  const code = await childEnd(child).finally(() => clearInterval(timer))
  // Each has an exit code of its own for a difference; neither may overlook one.
  if (!['note', 'part_00008_code', 'part_00009'].every((name) => printed.includes(name)))
    throw new Fault('E_DEFECT', `${args[0] ?? ''} ended with ${String(code)}: ${scrub(said).trim()}`)
  return { ms: performance.now() - startMs, peakBytes: peak }
}
