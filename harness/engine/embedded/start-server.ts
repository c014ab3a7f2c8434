import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../core/index.ts'
import { connect, type ServerAddress } from '../../postgres/index.ts'
import { throwIfAborted } from '../abort.ts'
import { identifyProcess } from '../process-identity.ts'
import { signalProcess } from '../signal-process.ts'
import { serverSettings, settingArguments } from '../server-settings.ts'
import { planLaunch, type LaunchWish } from './launch-plan.ts'
import { readLogTail } from './log-tail.ts'
import { layOutRoot, type OwnRoot } from './own-root.ts'
import type { RunFolder } from '../run-folder.ts'
import { findServerPid, spawnServer, type ServerProcess } from './server-process.ts'

/** What is run, and where. */
export interface ServerSetup {
  readonly installed: string
  readonly major: number
  readonly plainBytes: number
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

/** Spawns the server and waits until it has answered a query. On failure nothing is left running. */
export async function startServer(setup: ServerSetup, wish: LaunchWish, signal: AbortSignal): Promise<StartedServer> {
  const { folder, installed } = setup
  const root = await rootFor(wish, () =>
    layOutRoot({ folder: folder.path, data: folder.data, socket: folder.socket, installed, user: wish.user }),
  )
  const plan = await planLaunch({ ...wish, root })
  throwIfAborted(signal)
  const server = await spawnServer(plan, [join(installed, 'bin', 'postgres'), ...serverArguments(setup)], {
    cwd: folder.data,
    log: folder.log,
    detached: !wish.diesWithUs,
  })
  try {
    await folder.lease({ server: await identifyProcess(server.launcherPid), kept: !wish.diesWithUs })
    const version = await firstAnswer(setup, server, signal)
    const pid = await findServerPid(server)
    if (pid === null) throw await startFault(setup, 'its process is not to be found')
    return { process: server, pid, version, root }
  } catch (error) {
    await killServer(server)
    throw error
  }
}

/** Not laid out where a lesser confinement is wished for, nor where the kernel has no such thing. */
async function rootFor(
  { strongest = 'own root' }: LaunchWish,
  layOut: () => Promise<OwnRoot | null>,
): Promise<OwnRoot | null> {
  return process.platform === 'linux' && strongest === 'own root' ? layOut() : null
}

function serverArguments(setup: ServerSetup): readonly string[] {
  const { major, plainBytes, folder } = setup
  return [
    '-D',
    folder.data,
    ...settingArguments({
      ...serverSettings({ major, plainBytes, cores: availableParallelism() }),
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
