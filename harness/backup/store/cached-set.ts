import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Fault, type Clock } from '../../core/index.ts'
import type { FileDigest } from '../digest-file.ts'
import { manifestName } from '../manifest-name.ts'
import type { ProcessWatch } from '../keep/set-lease.ts'
import { openUnpublished } from '../unpublished-folder.ts'
import { bringFile } from './bring-file.ts'
import { findLatestStored, mayGoOn, readStoredManifest, requireSetName, workOf } from './fetch-set.ts'
import { eachStorageFile } from './storage-files.ts'
import type { RetryOptions } from './store-faults.ts'
import type { Store } from './types.ts'

/** A set that nobody has used for so long is removed from the cache. */
export const unusedMs = 7 * 24 * 60 * 60_000

export interface CacheOptions extends RetryOptions {
  /** As it was named: two endpoints may have buckets of one name. */
  readonly place: string
  /** Ours alone: made with mode 0700 where it isn't there. */
  readonly cache: string
  readonly clock: Clock
  /** With it, what came of a file before the line or the process ended is gone on with. */
  readonly processes?: ProcessWatch | undefined
  /** Which set; the newest without it. */
  readonly name?: string | undefined
}

/**
 * A folder of one set, brought from another place: what lies in the cache from before, whole or in part, is read again and
 * only what is missing or not as the manifest says is brought. Two at once may bring the same; neither harms the other.
 */
export async function bringToCache(store: Store, options: CacheOptions): Promise<string> {
  await openPrivate(options.cache)
  await sweep(options.cache, options.clock)
  const name = options.name ?? (await findLatestStored(store, options))
  requireSetName(name)
  const folder = join(options.cache, createHash('sha256').update(options.place).digest('hex').slice(0, 16), name)
  const root = join(folder, name)
  const { text, manifest } = await readStoredManifest(store, name, options)
  // Another set of the same name: nothing of the former stays beside it.
  if (await isOther(join(root, manifestName), text)) await rm(folder, { recursive: true, force: true })
  await mkdir(root, { recursive: true, mode: 0o700 })
  const now = options.clock.now()
  await utimes(folder, now, now)
  await using work = await openUnpublished(root, { processes: options.processes, work: workOf(store.name, name, text) })
  const bring = async (file: FileDigest & { readonly name: string }) =>
    bringFile(store, { path: `${name}/${file.name}`, to: join(root, file.name), arriving: work.path, file }, options)
  try {
    for (const file of manifest.files) await bring(file)
    await eachStorageFile({ manifest, root }, store, bring)
    await putText(join(root, manifestName), work.path, text)
  } catch (thrown) {
    if (mayGoOn(thrown)) work.keep()
    throw thrown
  }
  return folder
}

/** Written beside the set, where nothing takes it for a part of it, and put in its place when it is whole. */
async function putText(path: string, work: string, text: Buffer): Promise<void> {
  const temporary = join(work, manifestName)
  await writeFile(temporary, text, { mode: 0o600 })
  await rename(temporary, path)
}

async function isOther(path: string, text: Buffer): Promise<boolean> {
  const known = await readFile(path).catch(whereNone)
  return known !== null && !known.equals(text)
}

/** Backups of production: in nobody else's folder, and open to nobody else. */
async function openPrivate(cache: string): Promise<void> {
  // What lies above it is not ours alone.
  await mkdir(dirname(cache), { recursive: true })
  await mkdir(cache, { recursive: true, mode: 0o700 })
  const { mode, uid } = await stat(cache)
  if ((mode & 0o077) === 0 && (process.getuid === undefined || uid === process.getuid())) return
  throw new Fault('E_STORE_REFUSED', `${cache} is open to others, and a backup would be brought there`, {
    hint: `chmod 700 ${cache}, or remove it`,
  })
}

async function sweep(cache: string, clock: Clock): Promise<void> {
  for (const place of await readdir(cache)) {
    const sets = (await readdir(join(cache, place)).catch(whereNone)) ?? []
    for (const set of sets) {
      const folder = join(cache, place, set)
      const used = await stat(folder).catch(whereNone)
      if (used && clock.now().getTime() - used.mtimeMs > unusedMs) await rm(folder, { recursive: true, force: true })
    }
  }
}

function whereNone(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
  throw error
}
