import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bringToCache, openStore, outlineStore } from '../harness/backup/index.ts'
import { isStored, type ResolvedConfig } from '../harness/config/index.ts'
import { defaultCacheFolder, Fault, systemClock } from '../harness/core/index.ts'
import { processWatch } from '../harness/run/index.ts'

/**
 * The same config, with backups in a folder of this machine: where `backup.path` names a bucket or another machine, the
 * newest set there is brought into the cache first.
 */
export async function bringHere(config: ResolvedConfig, signal: AbortSignal): Promise<ResolvedConfig> {
  const { path } = config.values.backup
  if (!isStored(path)) return config
  await using store = await openStore(path, { environment: process.env })
  const cache = resolve(process.env['REHEARSAL_FETCHED'] || `${defaultCacheFolder()}-sets`)
  const folder = await bringToCache(store, { place: path, cache, clock: systemClock, signal, processes: processWatch })
  return { ...config, values: { ...config.values, backup: { ...config.values.backup, path: folder } } }
}

/** For what looks at all sets, and brings none. */
export function requireFolder({ backup: { path } }: ResolvedConfig['values']): string {
  if (!isStored(path)) return path
  throw new Fault('E_STORE_REFUSED', `backups are in another place, and a folder of sets is asked for here`, {
    hint: 'bring a set first: rehearse fetch --from <place> --out <folder>, then --backups <folder>',
  })
}

/** A folder in which names, sizes and manifests are those of the backups' place; it may be the place itself. */
export async function lookAt(
  place: string,
  signal: AbortSignal,
): Promise<AsyncDisposable & { readonly folder: string }> {
  if (!isStored(place)) return { folder: place, [Symbol.asyncDispose]: async () => undefined }
  const folder = await mkdtemp(join(tmpdir(), 'rehearse-outline-'))
  const looked = { folder, [Symbol.asyncDispose]: async () => rm(folder, { recursive: true, force: true }) }
  try {
    await using store = await openStore(place, { environment: process.env })
    await outlineStore(store, folder, { signal })
    return looked
  } catch (thrown) {
    await looked[Symbol.asyncDispose]()
    throw thrown
  }
}
