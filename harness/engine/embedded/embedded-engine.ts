import { defaultCacheFolder, Fault } from '../../core/index.ts'
import { throwIfAborted } from '../abort.ts'
import type { DisposableServer, Engine, EngineNeed, EngineOptions } from '../types.ts'
import { openCache } from '../cache.ts'
import { embeddedLacks, pickBinaries } from './embedded-lacks.ts'
import { EmbeddedServer, observeIsolation } from './embedded-server.ts'
import { findBinaries, type Binaries } from './find-binaries.ts'
import { installBinaries } from './install-binaries.ts'
import type { Confinement, LaunchWish } from './launch-plan.ts'
import { openRunFolder } from '../run-folder.ts'
import { chooseServerUser } from '../server-uid.ts'
import { startServer } from './start-server.ts'
import { sweepRuns } from '../sweep-runs.ts'
import { cloneTemplate, templateCluster } from './template-cluster.ts'

export interface EmbeddedOptions {
  /** Binaries, template clusters, and runs that don't fit in memory. `REHEARSAL_CACHE`, else the user's cache folder. */
  readonly cacheFolder?: string
  /** Binaries installed in a project there are found too. The current folder unless given. */
  readonly projectFolder?: string
  /** Not to be shut in more strongly than this, to see what a lesser machine would do. */
  readonly strongestConfinement?: Confinement
  /** How much memory or disk the machine has left, as another machine would say it. */
  readonly roomLeft?: () => Promise<number>
}

/** Postgres from npm packages: no daemon, no image, no installation; a server in a fraction of a second. */
export function embeddedEngine(options: EmbeddedOptions = {}): Engine {
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder()
  return {
    kind: 'embedded',
    lacks: async (need) => embeddedLacks(need, await findBinaries(options.projectFolder), await openCache(cacheFolder)),
    offers: async ({ major }) => {
      const binaries = pickBinaries(await findBinaries(options.projectFolder), major)
      return binaries && `PostgreSQL ${binaries.version.replace(/^(\d+\.\d+).*$/, '$1')}`
    },
    start: async (need, { signal, progress }) => {
      const started = performance.now()
      throwIfAborted(signal)
      const cache = await openCache(cacheFolder)
      await sweepRuns(cache)
      const binaries = await requireBinaries(need, options.projectFolder)
      progress.advance(0, `PostgreSQL ${binaries.version}`)
      return startOn(binaries, cache, need, { ...options, signal, progress, started })
    },
  }
}

async function startOn(
  binaries: Binaries,
  cache: string,
  need: EngineNeed,
  options: EngineOptions & EmbeddedOptions & { readonly started: number },
): Promise<DisposableServer> {
  const { signal } = options
  const user = await chooseServerUser()
  const installed = await installBinaries(cache, binaries)
  throwIfAborted(signal)
  const template = await templateCluster(cache, binaries, installed, need.superuser, user)
  throwIfAborted(signal)
  const folder = await openRunFolder(cache, need.plainBytes, user, need.durable)
  try {
    await cloneTemplate(template, folder.data, user)
    const { major } = binaries
    const setup = {
      installed,
      major,
      plainBytes: need.plainBytes,
      durable: need.durable,
      superuser: need.superuser,
      folder,
    }
    const strongest = options.strongestConfinement
    const wish: LaunchWish = { user, diesWithUs: true, ...(strongest && { strongest }) }
    const server = await startServer(setup, wish, signal)
    const running = new EmbeddedServer(setup, wish, server, {
      isolation: await observeIsolation(server, setup, wish),
      origin: `${binaries.packageName}@${binaries.version}`,
      startMs: Math.round(performance.now() - options.started),
    })
    try {
      await running.limitWhereOpen()
      return await running.guard(options.roomLeft)
    } catch (error) {
      await running[Symbol.asyncDispose]()
      throw error
    }
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
}

async function requireBinaries(need: EngineNeed, projectFolder: string | undefined): Promise<Binaries> {
  const all = await findBinaries(projectFolder)
  const binaries = pickBinaries(all, need.major)
  if (binaries !== null) return binaries
  const there = all.map(({ major }) => major).join(', ') || 'none'
  throw new Fault(
    'E_ENGINE_UNAVAILABLE',
    `no embedded PostgreSQL ${need.major === null ? '' : `${need.major} or later `}is installed (there: ${there})`,
    {
      hint: 'run `rehearse doctor` to see how to get it',
    },
  )
}
