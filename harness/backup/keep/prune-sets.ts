import { lockFolder } from '../create/lock-folder.ts'
import { openSet } from '../open-set.ts'
import { deleteSet, finishDeleted } from './delete-set.ts'
import { identifySet } from './identify-set.ts'
import { outlookOf, type PruneRequest } from './prune-outlook.ts'
import { prunePlace, type Pruned } from './prune-place.ts'

/** Prunes a folder: no backup is written into it, and no other prune works in it, meanwhile. Throws as {@link prunePlace}. */
export async function pruneSets(request: PruneRequest): Promise<Pruned> {
  const { folder, processes, clock } = request
  return prunePlace({
    look: async () => outlookOf(request),
    hold: async () => lockFolder(folder, processes),
    finish: async (name) => finishDeleted(folder, name, processes),
    remove: async ({ surveyed }, survey) => {
      if (surveyed.set.root !== survey.folder) {
        const now = await openSet(surveyed.set.root, clock)
        if ((await identifySet(now)) !== surveyed.digest) return 'it changed while this ran'
      }
      return deleteSet(surveyed.set, survey.folder, processes)
    },
  })
}
