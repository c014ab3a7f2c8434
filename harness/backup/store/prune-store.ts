import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scrubLine } from '../../core/index.ts'
import { outlookOf, prunePlace, type PruneOutlook, type PruneRequest, type Pruned } from '../keep/index.ts'
import { claimName, isOfDead } from './claim.ts'
import { begunIn, deleteStored, finishStored } from './delete-stored.ts'
import { listStoredSets } from './fetch-set.ts'
import { outlineStore } from './outline-store.ts'
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
    for (const name of await readdir(folder)) {
      // Nobody is at it any more: it is no reason to leave the set.
      if (await isOfDead(store, name, request)) await rm(join(folder, name, claimName))
    }
    const { survey, plan } = await outlookOf({ ...request, folder })
    const rest = await leftovers(request)
    const foreign = [...survey.foreign, ...rest.unknown].toSorted()
    return { survey: { ...survey, folder: store.name, foreign }, plan, begun: rest.begun }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What lies there without a manifest: what a prune began, and else a push that goes on or was not finished. */
async function leftovers({ store, ...options }: StoredPruneRequest) {
  const sets = new Set(await listStoredSets(store, options))
  const files = await retrying(() => store.list('', options.signal), options)
  const begun = begunIn(files.map(({ path }) => path)).filter((name) => !sets.has(name))
  const tops = new Set(files.map(({ path }) => path.split('/')[0] ?? path))
  const unknown = [...tops].filter((name) => !sets.has(name) && !begun.includes(name))
  return { begun, unknown: unknown.map((name) => scrubLine(name)) }
}

/** Prunes another place, by the same rules. Sets are claimed one by one, so that no push writes them meanwhile. */
export async function pruneStore(request: StoredPruneRequest): Promise<Pruned> {
  return prunePlace({
    look: async () => storedOutlookOf(request),
    hold: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
    finish: async (name) => finishStored(name, request),
    remove: async (set) => deleteStored(set, request),
  })
}
