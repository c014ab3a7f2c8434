import { asFault, Fault, scrubLine } from '../../core/index.ts'
import type { PrunableSet, PruneOutlook } from './prune-outlook.ts'
import type { Survey } from './survey-sets.ts'

export interface Pruned extends PruneOutlook {
  readonly deleted: readonly PrunableSet[]
  /** Of {@link PruneOutlook.begun}: what is gone now, and what is not, with the reason. */
  readonly finished: readonly string[]
  readonly unfinished: readonly { readonly name: string; readonly why: string }[]
  /** Planned to go, and still there, with the reason. */
  readonly spared: readonly { readonly set: PrunableSet; readonly why: string }[]
}

/** Where sets are deleted: a folder, or another place. */
export interface PrunePlace {
  /** What a prune would do now: looks, and changes nothing. */
  look(): Promise<PruneOutlook>
  /** Nobody else prunes or writes there meanwhile, as far as the place knows of such a thing. Throws `E_BACKUP_BUSY`. */
  hold(): Promise<AsyncDisposable>
  /** What an earlier prune began and did not get to the end of, by {@link PruneOutlook.begun}: why it is left, or null. */
  finish(name: string): Promise<string | null>
  /** One set, whole or not at all, looked at once more just before: why it was spared, or null. */
  remove(set: PrunableSet, survey: Survey): Promise<string | null>
}

/**
 * Deletes what the plan says, one set after the other, oldest first; before that, the rest of what an earlier prune began.
 * Throws `E_BACKUP_BUSY`, `E_CLOCK_DOUBTFUL`.
 */
export async function prunePlace(place: PrunePlace): Promise<Pruned> {
  await place.look()
  await using _held = await place.hold()
  const outlook = await place.look()
  const { plan, survey, begun } = outlook
  if (plan.stop !== null) {
    throw new Fault('E_CLOCK_DOUBTFUL', `nothing was deleted: ${plan.stop}`, {
      hint: 'check the clock of this machine; if it is right, take a backup first',
    })
  }
  const finished: string[] = []
  const unfinished: { name: string; why: string }[] = []
  for (const name of begun) {
    const why = await reasonOf(() => place.finish(name))
    if (why === null) finished.push(name)
    else unfinished.push({ name, why })
  }
  const deleted: PrunableSet[] = []
  const spared: { set: PrunableSet; why: string }[] = []
  for (const { set, fate } of plan.sets.toReversed()) {
    if (fate !== 'deleted') continue
    const why = await reasonOf(() => place.remove(set, survey))
    if (why === null) deleted.push(set)
    else spared.push({ set, why })
  }
  return { ...outlook, deleted, spared, finished, unfinished }
}

/** What one set meets does not keep the others from going; an interrupt and a defect are thrown. */
async function reasonOf(work: () => Promise<string | null>): Promise<string | null> {
  try {
    return await work()
  } catch (thrown) {
    const isOfDisk = thrown instanceof Error && 'syscall' in thrown
    const fault = asFault(thrown)
    if ((!(thrown instanceof Fault) && !isOfDisk) || fault.code === 'E_INTERRUPTED') throw thrown
    return scrubLine(fault.message)
  }
}
