import { createHash } from 'node:crypto'
import { mkdir, open, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Fault } from '../../core/index.ts'
import type { FileDigest } from '../digest-file.ts'
import { manifestName } from '../manifest-name.ts'
import { parseManifest } from '../read-manifest.ts'
import type { ProcessWatch } from '../keep/set-lease.ts'
import type { Manifest } from '../types.ts'
import { openUnpublished } from '../unpublished-folder.ts'
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
  /** With it, what a killed process left in the folder is removed, and ours would be. */
  readonly processes?: ProcessWatch | undefined
}

export interface FetchedSet {
  readonly name: string
  readonly root: string
  readonly manifest: Manifest
}

/**
 * A set from another place, into a folder of its name: there whole or not at all. Every file has to be what its manifest
 * says; one that is not, however often it is read, is a damaged backup.
 */
export async function fetchSet(store: Store, name: string, folder: string, options: FetchOptions): Promise<FetchedSet> {
  requireSetName(name)
  const root = join(resolve(folder), name)
  await using work = await openUnpublished(root, options.processes)
  const { text, manifest } = await readStoredManifest(store, name, options)
  await writeFile(join(work.path, manifestName), text, { mode: 0o600 })
  for (const file of manifest.files) {
    const to = join(work.path, file.name)
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    await retrying(() => fetchFile(store, `${name}/${file.name}`, to, file, options.signal), options)
  }
  await eachStorageFile({ manifest, root: work.path }, store, async (file) => {
    await mkdir(dirname(file.path), { recursive: true, mode: 0o700 })
    await retrying(() => fetchFile(store, `${name}/${file.name}`, file.path, file, options.signal), options)
  })
  await rename(work.path, root).catch((cause: unknown) => {
    throw new Fault('E_USAGE', `${root} is there already`, { hint: 'remove it, or name another folder', cause })
  })
  return { name, root, manifest }
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

/** Throws `E_DUMP_DAMAGED` where what came is not what the manifest says. */
export async function fetchFile(
  store: Store,
  path: string,
  to: string,
  expected: FileDigest,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256')
  let bytes = 0
  const file = await open(to, 'w', 0o600)
  try {
    for await (const chunk of store.read(path, signal)) {
      hash.update(chunk)
      bytes += chunk.length
      // Whoever can write there could fill our disk.
      if (bytes > expected.bytes) break
      await file.appendFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  if (bytes === expected.bytes && hash.digest('hex') === expected.sha256) return
  throw new Fault(
    'E_DUMP_DAMAGED',
    `${path} is not what its manifest says: ${bytes} bytes came, of ${expected.bytes}`,
    {
      hint: 'push the set again from where it was made, or take a fresh backup',
      facts: { again: true },
    },
  )
}
