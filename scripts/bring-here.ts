import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bringToCache, fetchSet, openStore, outlineStore } from '../harness/backup/index.ts'
import { isStored, type ResolvedConfig } from '../harness/config/index.ts'
import { defaultCacheFolder, systemClock } from '../harness/core/index.ts'
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

/** A set as it lies there now, not as the cache has it: in a private folder, gone when it was looked at. */
export async function fetchAside(
  place: string,
  name: string,
  signal: AbortSignal,
): Promise<AsyncDisposable & { readonly root: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'rehearsal-verify-'))
  const dispose = async () => rm(folder, { recursive: true, force: true })
  try {
    await using store = await openStore(place, { environment: process.env })
    const { root } = await fetchSet(store, name, folder, { signal })
    return { root, [Symbol.asyncDispose]: dispose }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
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
