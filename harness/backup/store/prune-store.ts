import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asFault, Fault, scrubLine } from '../../core/index.ts'
import { digestOfManifest } from '../keep/identify-set.ts'
import { outlookOf, type PrunableSet, type PruneOutlook, type PruneRequest, type Pruned } from '../keep/prune-sets.ts'
import { manifestName } from '../manifest-name.ts'
import { isStorageFile } from '../storage/index.ts'
import { dropClaim, requireClaim, takeClaim } from './claim.ts'
import { listStoredSets } from './fetch-set.ts'
import { outlineStore } from './outline-store.ts'
import { readIfThere } from './read-back.ts'
import { retrying, type RetryOptions } from './store-faults.ts'
import type { Store } from './types.ts'

export interface StoredPruneRequest extends Omit<PruneRequest, 'folder'>, RetryOptions {
  readonly store: Store
}

/** What a prune of another place would do now, by the same rules as in a folder. Reads manifests and sizes; changes nothing. */
export async function storedOutlookOf(request: StoredPruneRequest): Promise<PruneOutlook> {
  const { store } = request
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rehearse-outline-')))
  try {
    await outlineStore(store, folder, request)
    const { survey, plan } = await outlookOf({ ...request, folder })
    const foreign = [...survey.foreign, ...(await leftovers(request))].toSorted()
    return { survey: { ...survey, folder: store.name, foreign }, plan }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What lies there without a manifest: a push that was not finished, or a prune. */
async function leftovers({ store, ...options }: StoredPruneRequest): Promise<readonly string[]> {
  const sets = new Set(await listStoredSets(store, options))
  const files = await retrying(() => store.list('', options.signal), options)
  const tops = new Set(files.map(({ path }) => path.split('/')[0] ?? path))
  return [...tops].filter((name) => !sets.has(name)).map((name) => scrubLine(name))
}

/**
 * Deletes what the plan says in another place, one set after the other, oldest first. A set's manifest goes first, and only
 * if it is still the one that was looked at: interrupted at any moment, the set is there whole or is none any more, and
 * what is left of it is listed. No push writes it meanwhile. Throws `E_CLOCK_DOUBTFUL`.
 */
export async function pruneStore(request: StoredPruneRequest): Promise<Pruned> {
  const outlook = await storedOutlookOf(request)
  const { plan } = outlook
  if (plan.stop !== null) {
    throw new Fault('E_CLOCK_DOUBTFUL', `nothing was deleted: ${plan.stop}`, {
      hint: 'check the clock of this machine; if it is right, take a backup first',
    })
  }
  const deleted: PrunableSet[] = []
  const spared: { set: PrunableSet; why: string }[] = []
  for (const { set, fate } of plan.sets.toReversed()) {
    if (fate !== 'deleted') continue
    const why = await tryDelete(set, request)
    if (why === null) deleted.push(set)
    else spared.push({ set, why })
  }
  return { ...outlook, deleted, spared }
}

async function tryDelete(set: PrunableSet, request: StoredPruneRequest): Promise<string | null> {
  try {
    return await deleteStored(set, request)
  } catch (thrown) {
    if (!(thrown instanceof Fault) || request.signal.aborted) throw thrown
    return scrubLine(asFault(thrown).message)
  }
}

async function deleteStored({ name, surveyed }: PrunableSet, request: StoredPruneRequest): Promise<string | null> {
  const { store, signal } = request
  const claim = await takeClaim(store, name, request)
  try {
    const manifest = await readIfThere(store, `${name}/${manifestName}`, request)
    if (manifest === null || digestOfManifest(manifest) !== surveyed.digest) return 'it changed while this ran'
    const own = new Set(surveyed.set.manifest?.files.map((file) => file.name))
    const files = await retrying(() => store.list(`${name}/`, signal), request)
    await requireClaim(store, name, claim, request)
    if (!(await removeManifest(`${name}/${manifestName}`, manifest, request))) return 'it changed while this ran'
    for (const { path } of files) {
      const inside = path.slice(name.length + 1)
      if (own.has(inside) || isStorageFile(inside)) await retrying(() => store.remove(path, signal), request)
    }
    return null
  } finally {
    // Best effort: a claim that stays says that a prune was not finished.
    await dropClaim(store, name, claim).catch(() => undefined)
  }
}

async function removeManifest(path: string, manifest: Buffer, request: StoredPruneRequest): Promise<boolean> {
  const { store, signal } = request
  let tried = 0
  return retrying(async () => {
    tried += 1
    // The answer to our own first try may have got lost.
    if (tried > 1 && (await readIfThere(store, path, request)) === null) return true
    return store.removeSame(path, manifest, signal)
  }, request)
}
