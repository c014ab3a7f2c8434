import type { ProcessWatch } from '../keep/set-lease.ts'
import { digestOfManifest } from '../keep/identify-set.ts'
import type { PrunableSet } from '../keep/index.ts'
import { manifestName } from '../manifest-name.ts'
import { parseManifest } from '../read-manifest.ts'
import { isStorageFile } from '../storage/index.ts'
import type { Manifest } from '../types.ts'
import { dropClaim, requireClaim, takeClaim, type ClaimOptions } from './claim.ts'
import { readIfThere } from './read-back.ts'
import { retrying } from './store-faults.ts'
import type { Store } from './types.ts'

/**
 * The manifest of a set that is being deleted, under another name: it says which files are to go, and tells the rest of a
 * set that a prune began from a push that is not finished. A push takes it away before it writes.
 */
export const prunedName = '.pruned.json'

export interface StoredDeleteRequest extends ClaimOptions {
  readonly store: Store
  readonly processes: ProcessWatch
}

/** Sets that a prune began to delete, by the paths of a place. */
export function begunIn(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const [name = '', inside, ...more] = path.split('/')
    return inside === prunedName && more.length === 0 ? [name] : []
  })
}

/**
 * Deletes a set: its manifest is put aside and removed first, and only if it is still the one that was looked at.
 * Interrupted at any moment, the set is there whole or is none any more, and {@link finishStored} clears what is left.
 */
export async function deleteStored(
  { name, surveyed }: PrunableSet,
  request: StoredDeleteRequest,
): Promise<string | null> {
  return claimed(name, request, async (claim) => {
    const { store } = request
    const manifest = await readIfThere(store, `${name}/${manifestName}`, request)
    const said = surveyed.set.manifest
    if (manifest === null || !said || digestOfManifest(manifest) !== surveyed.digest) return changedWhy
    await writeDown(name, manifest, request)
    await requireClaim(store, name, claim, request)
    if (!(await removeManifest(`${name}/${manifestName}`, manifest, request))) {
      await remove(`${name}/${prunedName}`, request)
      return changedWhy
    }
    await removeFiles(name, said, request)
    return null
  })
}

const changedWhy = 'it changed while this ran'

/** Deletes the rest of a set that a prune began: what its manifest names, and nothing else that may lie there. */
export async function finishStored(name: string, request: StoredDeleteRequest): Promise<string | null> {
  return claimed(name, request, async () => {
    const { store } = request
    if ((await readIfThere(store, `${name}/${manifestName}`, request)) !== null) return 'it is a set again'
    const manifest = await readIfThere(store, `${name}/${prunedName}`, request)
    if (manifest === null) return changedWhy
    const said = parseManifest(manifest)
    if (!said.manifest) return `${prunedName} ${said.fault}: remove the rest by hand`
    await removeFiles(name, said.manifest, request)
    return null
  })
}

async function claimed(
  name: string,
  request: StoredDeleteRequest,
  work: (claim: Buffer) => Promise<string | null>,
): Promise<string | null> {
  const { store } = request
  const claim = await takeClaim(store, name, request)
  try {
    return await work(claim)
  } finally {
    // Best effort: of a claim that stays, whoever comes next sees that its process has ended.
    await dropClaim(store, name, claim).catch(() => undefined)
  }
}

/** What an earlier prune wrote down, perhaps of another set of that name, is replaced. */
async function writeDown(name: string, manifest: Buffer, request: StoredDeleteRequest): Promise<void> {
  const { store, signal } = request
  const path = `${name}/${prunedName}`
  await retrying(async () => {
    if (await store.create(path, manifest, signal)) return
    if ((await readIfThere(store, path, request))?.equals(manifest)) return
    await store.remove(path, signal)
    await store.create(path, manifest, signal)
  }, request)
}

async function removeManifest(path: string, manifest: Buffer, request: StoredDeleteRequest): Promise<boolean> {
  const { store, signal } = request
  let tried = 0
  return retrying(async () => {
    tried += 1
    // The answer to our own first try may have got lost.
    if (tried > 1 && (await readIfThere(store, path, request)) === null) return true
    return store.removeSame(path, manifest, signal)
  }, request)
}

/** What was written down goes last. */
async function removeFiles(name: string, { files: named }: Manifest, request: StoredDeleteRequest): Promise<void> {
  const { store, signal } = request
  const own = new Set(named.map((file) => file.name))
  for (const { path } of await retrying(() => store.list(`${name}/`, signal), request)) {
    const inside = path.slice(name.length + 1)
    if (own.has(inside) || isStorageFile(inside)) await remove(path, request)
  }
  await remove(`${name}/${prunedName}`, request)
}

async function remove(path: string, request: StoredDeleteRequest): Promise<void> {
  await retrying(() => request.store.remove(path, request.signal), request)
}
