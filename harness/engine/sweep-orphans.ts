import { sweepContainers } from './container/sweep-containers.ts'
import { defaultCacheFolder } from '../core/index.ts'
import { sweepRuns } from './sweep-runs.ts'

/**
 * Removes what killed runs left behind: folders and containers whose owner is dead by pid, start time and boot.
 * Answers what was removed. Never touches what was kept on purpose and still runs.
 */
export async function sweepOrphans(options: { readonly cacheFolder?: string } = {}): Promise<readonly string[]> {
  const folders = await sweepRuns(options.cacheFolder ?? defaultCacheFolder())
  return [...folders, ...(await sweepContainers())]
}
