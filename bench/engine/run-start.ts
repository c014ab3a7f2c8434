import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Fault, scrub } from '../../harness/core/index.ts'
import { childEnd } from '../child-end.ts'

export interface Start {
  /** One of {@link readyDatabases}. */
  readonly kind: string
  readonly folder: string
  readonly major: number
  /** As another user, from root: PostgreSQL refuses root, and not every package steps down by itself. */
  readonly asOther?: boolean
}

const program = fileURLToPath(new URL('start-one.ts', import.meta.url))

/** `nobody`, whom every system has. */
const otherUser = 65_534
const stepDown = ['setpriv', `--reuid=${otherUser}`, `--regid=${otherUser}`, '--clear-groups']

/** Gives a folder to that user. */
export async function handOver(folder: string, signal: AbortSignal): Promise<void> {
  const chown = spawn('chown', ['-R', `${otherUser}:${otherUser}`, folder], { stdio: 'inherit', signal })
  if ((await childEnd(chown)) !== 0) throw new Fault('E_USAGE', `${folder} could not be handed over`)
}

/** Milliseconds until an empty database has answered, in a process of its own. Throws when it doesn't. */
export async function runStart({ kind, folder, major, asOther }: Start, signal: AbortSignal): Promise<number> {
  const node = [process.execPath, program, kind, folder, String(major)]
  const [file = '', ...args] = asOther ? [...stepDown, ...node] : node
  const { PATH } = process.env
  // testcontainers' reaper is an image of its own, which has to be pulled: without it for both, ours never has it.
  const env = { PATH, HOME: '/tmp', TESTCONTAINERS_RYUK_DISABLED: 'true' }
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'], signal })
  let printed = ''
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_096)))
  const code = await childEnd(child)
  // Others print what they like before it.
  const { ms } = code === 0 ? (JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') as { ms?: unknown }) : {}
  if (typeof ms === 'number') return ms
  throw new Fault('E_ENGINE_START', `${kind} ended with ${String(code)}: ${scrub(said).trim()}`)
}
