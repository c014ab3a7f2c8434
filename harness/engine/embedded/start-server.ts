import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../core/index.ts'
import { connect, type ServerAddress } from '../../postgres/index.ts'
import { throwIfAborted } from '../abort.ts'
import { identifyProcess } from '../process-identity.ts'
import { signalProcess } from '../signal-process.ts'
import { serverSettings, settingArguments } from '../server-settings.ts'
import { launchPlans, planLaunch, type LaunchPlan, type LaunchWish } from './launch-plan.ts'
import { readLogTail } from './log-tail.ts'
import { layOutRoot, type OwnRoot } from './own-root.ts'
import type { RunFolder } from '../run-folder.ts'
import { findServerPid, spawnServer, type ServerProcess } from './server-process.ts'

/** What is run, and where. */
export interface ServerSetup {
  readonly installed: string
  readonly major: number
  readonly plainBytes: number
  readonly durable?: boolean | undefined
  readonly superuser: string
  readonly folder: RunFolder
}

export interface StartedServer {
  readonly process: ServerProcess
  readonly pid: number
  readonly version: string
  /** As it was laid out; whether the server sees it is another matter. */
  readonly root?: OwnRoot | null
}

/** A server that doesn't answer by then never will: it usually takes 0.1 s, after a kept restart somewhat longer. */
const startDeadlineMs = 30_000

export function addressOf(setup: ServerSetup): ServerAddress {
  return { host: setup.folder.socket, port: 5432, user: setup.superuser, major: setup.major }
}

/**
 * Spawns the server and waits until it has answered a query. On failure nothing is left running. Its own root is not
 * tried with another program first: that would cost as much as the start. What ends there for whatever reason is started
 * again less shut in, and {@link ServerProcess} and the evidence say how.
 */
export async function startServer(setup: ServerSetup, wish: LaunchWish, signal: AbortSignal): Promise<StartedServer> {
  const { folder, installed } = setup
  const { strongest = 'own root', exactly = strongest, user } = wish
  if (process.platform === 'linux' && strongest === 'own root' && exactly === 'own root') {
    const need = { folder: folder.path, data: folder.data, socket: folder.socket, installed, user }
    const root = await layOutRoot(need)
    const [plan] = launchPlans({ ...wish, root })
    if (root && plan) {
      const started = await startBy(plan, setup, wish, signal, wish.exactly === undefined)
      if (started) return { ...started, root }
    }
  }
  const started = await startBy(await planLaunch(wish), setup, wish, signal, false)
  if (started) return started
  throw new TypeError('a server that did not start is a fault')
}

/** Null where the server ended before it answered, and that is no fault yet. */
async function startBy(
  plan: LaunchPlan,
  setup: ServerSetup,
  wish: LaunchWish,
  signal: AbortSignal,
  mayEnd: boolean,
): Promise<StartedServer | null> {
  throwIfAborted(signal)
  const { folder } = setup
  const server = await spawnServer(plan, [join(setup.installed, 'bin', 'postgres'), ...serverArguments(setup)], {
    cwd: folder.data,
    log: folder.log,
    detached: !wish.diesWithUs,
  })
  try {
    await folder.lease({ server: await identifyProcess(server.launcherPid), kept: !wish.diesWithUs })
    const version = await firstAnswer(setup, server, signal)
    const pid = await findServerPid(server)
    if (pid === null) throw await startFault(setup, 'its process is not to be found')
    return { process: server, pid, version }
  } catch (error) {
    const hasEnded = server.hasEnded()
    await killServer(server)
    if (mayEnd && hasEnded && error instanceof Fault && error.code === 'E_ENGINE_START') return null
    throw error
  }
}

function serverArguments(setup: ServerSetup): readonly string[] {
  const { major, plainBytes, durable, folder } = setup
  return [
    '-D',
    folder.data,
    ...settingArguments({
      ...serverSettings({ major, plainBytes, durable, cores: availableParallelism() }),
      // Never on TCP; the socket in a folder that only the server's uid and root may enter.
      listen_addresses: '',
      unix_socket_directories: folder.socket,
      unix_socket_permissions: '0700',
      port: '5432',
      // Whoever is about to write asks for this name, and so can't mistake another server for this one.
      cluster_name: `rehearsal-${folder.id}`,
    }),
  ]
}

async function firstAnswer(setup: ServerSetup, server: ServerProcess, signal: AbortSignal): Promise<string> {
  const deadline = performance.now() + startDeadlineMs
  let last: unknown
  while (performance.now() < deadline) {
    throwIfAborted(signal)
    if (server.hasEnded()) throw await startFault(setup, `it ended with ${await server.ended}`, last)
    try {
      await using session = await connect(addressOf(setup), 'template1', { signal, applicationName: 'rehearse start' })
      const [row] = await session.query(`SELECT pg_catalog.current_setting('server_version') AS version`)
      if (row?.['version']) return row['version']
    } catch (error) {
      last = error
    }
    await sleep(10)
  }
  throw await startFault(setup, `no answer within ${startDeadlineMs / 1_000} s`, last)
}

async function startFault(setup: ServerSetup, what: string, cause?: unknown): Promise<Fault> {
  const tail = await readLogTail(setup.folder.log, 20)
  const isFull = /No space left on device/.test(tail)
  return new Fault(
    isFull ? 'E_DISK_FULL' : 'E_ENGINE_START',
    `the disposable server did not start: ${what}${tail ? `\n${tail}` : ''}`,
    {
      hint: isFull
        ? 'free some space and run again'
        : 'see what the server said; `rehearse doctor` checks this machine',
      cause,
    },
  )
}

/** At once, without a word: with the launcher all the server's processes end. */
export async function killServer(server: ServerProcess): Promise<void> {
  if (server.hasEnded()) return
  server.hold(true)
  const pid = await findServerPid(server)
  for (const target of [pid, server.launcherPid]) if (target) signalProcess(target, 'SIGKILL')
  await server.ended
}
