import { resolve } from 'node:path'
import { systemClock, type Clock } from '../core/index.ts'
import { listCandidates } from './list-candidates.ts'
import { reading } from './reading.ts'
import type { BackupProblem, BackupSet } from './types.ts'

export interface ListedSets {
  /** Newest first, whole or not. */
  readonly sets: readonly BackupSet[]
  /** Folders that may not be read, and links that lead out. */
  readonly problems: readonly BackupProblem[]
}

/** Every set in a folder of sets. */
export async function listSets(path: string, clock: Clock = systemClock): Promise<ListedSets> {
  const folder = resolve(path)
  return reading(folder, async () => {
    const { sets, problems } = await listCandidates(folder, clock)
    const opened: BackupSet[] = []
    for (const candidate of sets) opened.push(await candidate.open())
    return { sets: opened, problems }
  })
}
