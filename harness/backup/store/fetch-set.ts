import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Fault } from '../../core/index.ts'
import type { FileDigest } from '../digest-file.ts'
import { manifestName } from '../manifest-name.ts'
import { parseManifest } from '../read-manifest.ts'
import type { ProcessWatch } from '../keep/set-lease.ts'
import type { Manifest } from '../types.ts'
import { openUnpublished } from '../unpublished-folder.ts'
import { bringFile } from './bring-file.ts'
import { readIfThere } from './read-back.ts'
import { eachStorageFile } from './storage-files.ts'
import { retrying, type RetryOptions } from './store-faults.ts'
import type { Store } from './types.ts'

/** Names of the sets in a place: what has a manifest. Sorted. */
export async function listStoredSets(store: Store, options: RetryOptions): Promise<readonly string[]> {
  const files = await retrying(() => store.list('', options.signal), options)
  const ending = `/${manifestName}`
  return files
    .flatMap(({ path }) => (path.endsWith(ending) ? [path.slice(0, -ending.length)] : []))
    .filter((name) => isSetName(name))
    .toSorted()
}

export function requireSetName(name: string): void {
  if (!isSetName(name)) throw new Fault('E_USAGE', `"${name}" is no name of a set`, { hint: 'name one folder' })
}

/** A set's name is one folder's: nothing in it leads elsewhere. */
function isSetName(name: string): boolean {
  return /^[^/\\\u0000-\u001f]+$/.test(name) && !name.startsWith('.')
}

export interface FetchOptions extends RetryOptions {
  /** With it, what a killed process left in the folder is gone on with or removed, and ours would be. */
  readonly processes?: ProcessWatch | undefined
  /** So many bytes of the whole set are here, what was here before included. */
  readonly onBytes?: ((bytes: number, ofBytes: number) => void) | undefined
}

export interface FetchedSet {
  readonly name: string
  readonly root: string
  readonly manifest: Manifest
}

/* In it lies what is not whole yet. */
const arrivingName = '.arriving'

/**
 * A set from another place, into a folder of its name: there whole or not at all. What came before the line, the place or
 * this process ended is kept aside, where `processes` is given, and gone on with by the next that brings the same. Every file has to be what its manifest
 * says; one that is not, however often it is read, is a damaged backup.
 */
export async function fetchSet(store: Store, name: string, folder: string, options: FetchOptions): Promise<FetchedSet> {
  requireSetName(name)
  const root = join(resolve(folder), name)
  const isThere = (cause?: unknown) =>
    new Fault('E_USAGE', `${root} is there already`, { hint: 'remove it, or name another folder', cause })
  await mkdir(resolve(folder), { recursive: true, mode: 0o700 })
  if ((await readdir(root).catch(whereNone))?.length) throw isThere()
  const { text, manifest } = await readStoredManifest(store, name, options)
  await using work = await openUnpublished(root, { processes: options.processes, work: workOf(store.name, name, text) })
  try {
    const arriving = join(work.path, arrivingName)
    await mkdir(arriving, { recursive: true, mode: 0o700 })
    await writeFile(join(work.path, manifestName), text, { mode: 0o600 })
    const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, manifest.storage?.bytes ?? 0)
    let came = 0
    const onBytes = (bytes: number) => options.onBytes?.((came += bytes), total)
    const bring = async (file: FileDigest & { readonly name: string }) => {
      const arrival = { path: `${name}/${file.name}`, to: join(work.path, file.name), arriving, file }
      await bringFile(store, arrival, { ...options, onBytes })
    }
    for (const file of manifest.files) await bring(file)
    await eachStorageFile({ manifest, root: work.path }, store, bring)
    await rm(arriving, { recursive: true })
  } catch (thrown) {
    throw mayGoOn(thrown) && work.keep() ? withMoreHint(thrown) : thrown
  }
  await rename(work.path, root).catch((cause: unknown) => {
    throw isThere(cause)
  })
  return { name, root, manifest }
}

/** What the set is brought for: from that place, by that manifest. What came of another is of no use. */
export function workOf(place: string, name: string, manifest: Buffer): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([place, name]))
    .update(manifest)
  return digest.digest('hex').slice(0, 16)
}

/** What failed of the place, the line or this machine passes; what is not as its manifest says does not. */
export function mayGoOn(thrown: unknown): boolean {
  return !(thrown instanceof Fault) || thrown.code.startsWith('E_STORE_') || thrown.code === 'E_INTERRUPTED'
}

function withMoreHint(thrown: unknown): unknown {
  if (!(thrown instanceof Fault)) return thrown
  const { code, message, facts } = thrown
  const hint = 'fetch it again: what came so far is kept for a week, and the next fetch goes on from there'
  return new Fault(code, message, { hint, facts, cause: thrown })
}

function whereNone(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
  throw error
}

/** The newest of the sets in a place, by their manifests. */
export async function findLatestStored(store: Store, options: RetryOptions): Promise<string> {
  const names = await listStoredSets(store, options)
  let latest: { readonly name: string; readonly at: number } | null = null
  for (const name of names) {
    const text = await readIfThere(store, `${name}/${manifestName}`, options)
    const at = Date.parse(createdAtOf(text?.toString('utf8') ?? ''))
    // What can't be dated may be the newest: it is taken, and found wanting.
    const time = Number.isNaN(at) ? Number.POSITIVE_INFINITY : at
    if (latest === null || time > latest.at) latest = { name, at: time }
  }
  if (latest === null) {
    throw new Fault('E_BACKUP_NONE', `${store.name} holds no set`, { hint: 'see whether the pushes go there' })
  }
  return latest.name
}

function createdAtOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    const found = typeof value === 'object' && value !== null && 'createdAt' in value ? value.createdAt : null
    return typeof found === 'string' ? found : ''
  } catch (error) {
    if (error instanceof SyntaxError) return ''
    throw error
  }
}

/** What a finished set says of itself. */
export async function readStoredManifest(
  store: Store,
  name: string,
  options: RetryOptions,
): Promise<{ readonly text: Buffer; readonly manifest: Manifest }> {
  const text = await readIfThere(store, `${name}/${manifestName}`, options)
  if (text === null) {
    throw new Fault('E_BACKUP_INCOMPLETE', `${store.name} holds no finished set named ${name}`, {
      hint: 'a push that was not finished is no set; push it again',
    })
  }
  const { manifest, fault } = parseManifest(text)
  if (manifest) return { text, manifest }
  throw new Fault('E_BACKUP_MANIFEST', `${name}: ${manifestName} ${fault}`, { hint: 'push the set again' })
}
