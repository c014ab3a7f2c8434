import { join } from 'node:path'
import { Fault } from '../../core/index.ts'
import { joinParts } from './join-parts.ts'
import { ManifestIndex } from './manifest-index.ts'
import { earlierName, manifestName } from './manifest-lines.ts'
import { unchanged } from './survey.ts'
import type { FileRecord, ObjectFacts } from './types.ts'

/** What earlier starts brought, finished or not; to be put away. */
export async function openEarlier(
  folder: string,
): Promise<Disposable & { known(facts: ObjectFacts): FileRecord | null }> {
  await joinParts(folder)
  const earlier = await undamaged(ManifestIndex.open(join(folder, earlierName), true))
  const finished = await undamaged(ManifestIndex.open(join(folder, manifestName)))
  return {
    known: (facts) => unchanged(facts, earlier, finished),
    [Symbol.dispose]() {
      earlier?.[Symbol.dispose]()
      finished?.[Symbol.dispose]()
    },
  }
}

/** What can't be read is written anew, and its objects fetched. */
export async function undamaged<T>(reading: Promise<T | null>): Promise<T | null> {
  try {
    return await reading
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'E_BACKUP_MANIFEST') return null
    throw thrown
  }
}
