import { defaultCacheFolder, formatBytes, scrubLine } from '../core/index.ts'
import { openCache } from './cache.ts'
import { floorsAsOf, floorsTooOld } from './floors.ts'
import type { Probe } from './probe.ts'
import { probeEngines } from './probe-engines.ts'
import { prepareRunsFolder, roomIn, runsFolders } from './run-folder.ts'

export interface ProbeOptions {
  readonly cacheFolder?: string
  readonly projectFolder?: string
  readonly now?: Date
}

/** What this machine has and lacks for a rehearsal. Changes nothing but for making the cache folder. */
export async function probeMachine(options: ProbeOptions = {}): Promise<readonly Probe[]> {
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder()
  return [
    ...(await probeEngines(options.projectFolder)),
    probeFloors(options.now ?? new Date()),
    probeNode(process.versions.node),
    ...(await probeRoom(cacheFolder)),
  ]
}

/** Whether the table of security fixes can be relied on. */
function probeFloors(now: Date): Probe {
  const days = floorsTooOld(now)
  const base = { group: 'engines', what: 'known fixes' } as const
  return days === null
    ? { ...base, status: 'ok', found: `as of ${floorsAsOf}`, remedy: null }
    : {
        ...base,
        status: 'limited',
        found: `as of ${floorsAsOf}, ${days} days ago: later ones are not known`,
        remedy: 'update rehearse',
      }
}

function probeNode(version: string): Probe {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = (major === 22 && minor >= 22) || major === 24 || major >= 26
  const remedy = fits ? null : 'install Node 24 (or 22.22 and later, or 26 and later)'
  return { group: 'machine', what: 'Node', status: fits ? 'ok' : 'missing', found: version, remedy }
}

async function probeRoom(cacheFolder: string): Promise<readonly Probe[]> {
  const cache: Probe = await openCache(cacheFolder).then(
    () => ({ group: 'machine', what: 'cache folder', status: 'ok', found: cacheFolder, remedy: null }),
    (error: unknown) => ({
      group: 'machine',
      what: 'cache folder',
      status: 'missing',
      found: scrubLine(error instanceof Error ? error.message : String(error)),
      remedy: 'set REHEARSAL_CACHE to a folder of your own',
    }),
  )
  if (cache.status !== 'ok') return [cache]
  const rooms: Probe[] = []
  for (const place of runsFolders(cacheFolder)) {
    const what = place.storage === 'memory' ? 'room in memory' : 'room on disk'
    const bytes = (await prepareRunsFolder(place.path)) ? await roomIn(place) : 0
    const remedy = place.storage === 'memory' ? 'restores will use the disk, which is slower' : 'free some space'
    const isEnough = bytes >= 1024 ** 3
    const found = `${formatBytes(bytes)}, for dumps of up to ${formatBytes(Math.max(0, bytes - 512 * 1024 ** 2) / 3)}`
    rooms.push({ group: 'machine', what, status: isEnough ? 'ok' : 'limited', found, remedy: isEnough ? null : remedy })
  }
  return [cache, ...rooms]
}
