import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asFault, defaultCacheFolder, Fault } from '../harness/core/index.ts'
import { openCache } from '../harness/engine/cache.ts'
import { EmbeddedServer } from '../harness/engine/embedded/embedded-server.ts'
import { findBinaries } from '../harness/engine/embedded/find-binaries.ts'
import { installBinaries } from '../harness/engine/embedded/install-binaries.ts'
import { planLaunch } from '../harness/engine/embedded/launch-plan.ts'
import { findServerPid, spawnServer, type ServerProcess } from '../harness/engine/embedded/server-process.ts'
import { addressOf, killServer, type ServerSetup } from '../harness/engine/embedded/start-server.ts'
import { cloneTemplate, templateCluster } from '../harness/engine/embedded/template-cluster.ts'
import type { DisposableServer } from '../harness/engine/index.ts'
import { identifyProcess } from '../harness/engine/process-identity.ts'
import { openRunFolder } from '../harness/engine/run-folder.ts'
import { serverSettings, settingArguments } from '../harness/engine/server-settings.ts'
import { chooseServerUser } from '../harness/engine/server-uid.ts'
import { connect } from '../harness/postgres/index.ts'
import { defaultCluster } from './default-cluster.ts'

/** `default`: as initdb left it. Else ours, with these in place of ours where they have the same name. */
export type BenchSettings = 'default' | Readonly<Record<string, string>>

export interface BenchNeed {
  readonly major: number
  readonly plainBytes: number
  /** In memory where it fits unless given. */
  readonly place?: 'memory' | 'disk' | undefined
}

export interface BenchServer extends AsyncDisposable {
  readonly server: DisposableServer
  readonly pid: number
  readonly place: 'memory' | 'disk'
}

const startDeadlineMs = 30_000

/**
 * A server as the embedded engine starts them: same binaries, same place, same confinement, ending with us. Only the
 * settings are the caller's.
 */
export async function startBenchServer(need: BenchNeed, settings: BenchSettings): Promise<BenchServer> {
  const { major, plainBytes } = need
  const cache = await openCache(defaultCacheFolder())
  const binaries = (await findBinaries()).find((found) => found.major === major)
  if (binaries === undefined) throw new Fault('E_ENGINE_UNAVAILABLE', `no embedded PostgreSQL ${major} is installed`)
  const user = await chooseServerUser()
  const installed = await installBinaries(cache, binaries)
  const template =
    settings === 'default'
      ? await defaultCluster(cache, binaries, installed, user)
      : await templateCluster(cache, binaries, installed, 'postgres', user)
  // What needs three quarters of all memory is never put into memory.
  const room = need.place === 'disk' ? Math.max(plainBytes, totalmem() / 4) : plainBytes
  const folder = await openRunFolder(cache, room, user)
  try {
    await cloneTemplate(template, folder.data, user)
    const setup: ServerSetup = { installed, major, plainBytes, superuser: 'postgres', folder }
    const wish = { user, diesWithUs: true }
    const started = await spawnServer(
      await planLaunch(wish),
      [join(installed, 'bin', 'postgres'), '-D', folder.data, ...settingArguments(settingsOf(setup, settings))],
      { cwd: folder.data, log: folder.log, detached: false },
    )
    await folder.lease({ server: await identifyProcess(started.launcherPid), kept: false })
    const { version, pid } = await waitForAnswer(setup, started)
    const server = new EmbeddedServer(setup, wish, { process: started, pid, version }, unobserved)
    return {
      server,
      pid,
      place: folder.storage,
      [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose](),
    }
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
}

/** What a rehearsal would write down of a server; here nobody reads it. */
const unobserved = {
  isolation: { network: 'none', files: 'own root', ownUser: true, diesWithParent: true, notes: [] },
  origin: 'bench',
  startMs: 0,
} as const

function settingsOf(setup: ServerSetup, settings: BenchSettings): Record<string, string> {
  const ours = serverSettings({ ...setup, cores: availableParallelism() })
  return {
    ...(settings === 'default' ? {} : { ...ours, ...settings }),
    listen_addresses: '',
    unix_socket_directories: setup.folder.socket,
    port: '5432',
  }
}

async function waitForAnswer(
  setup: ServerSetup,
  started: ServerProcess,
): Promise<{ readonly version: string; readonly pid: number }> {
  const deadline = performance.now() + startDeadlineMs
  let cause: unknown
  while (performance.now() < deadline && !started.hasEnded()) {
    try {
      await using session = await connect(addressOf(setup), 'template1')
      const [row] = await session.query(`SELECT pg_catalog.current_setting('server_version') AS version`)
      const pid = await findServerPid(started)
      if (row?.['version'] && pid !== null) return { version: row['version'], pid }
    } catch (error) {
      cause = asFault(error)
    }
    await sleep(20)
  }
  await killServer(started)
  throw new Fault('E_ENGINE_START', 'a server of the bench does not answer', { cause })
}
