import { asFault, Fault, scrubLine, type Clock } from '../../core/index.ts'
import { lockFolder } from '../create/lock-folder.ts'
import { openSet } from '../open-set.ts'
import { deleteSet, sweepDeleted } from './delete-set.ts'
import { readHistory, type History } from './history.ts'
import { identifySet } from './identify-set.ts'
import { conclusive } from './judge-status.ts'
import { planPrune, type PlannedSet, type PruneCandidate, type PrunePlan } from './plan-prune.ts'
import type { RetentionPolicy } from './retention.ts'
import { findUser, type ProcessWatch } from './set-lease.ts'
import { surveySets, type Survey, type SurveyedSet } from './survey-sets.ts'
import { whyNotOurs } from './why-not-ours.ts'

export interface PruneRequest {
  readonly folder: string
  readonly historyPath: string
  readonly policy: RetentionPolicy
  readonly clock: Clock
  readonly processes: ProcessWatch
}

/** A set of the folder, as the plan sees it. */
export interface PrunableSet extends PruneCandidate {
  readonly surveyed: SurveyedSet
}

export interface PruneOutlook {
  readonly survey: Survey
  readonly plan: PrunePlan<PrunableSet>
}

export interface Pruned extends PruneOutlook {
  readonly deleted: readonly PrunableSet[]
  /** Planned to go, and still there, with the reason. */
  readonly spared: readonly { readonly set: PrunableSet; readonly why: string }[]
}

/** What a prune would do now: looks, and changes nothing. */
export async function outlookOf(request: PruneRequest): Promise<PruneOutlook> {
  const history = await readHistory(request.historyPath)
  return look(request, history)
}

async function look({ folder, policy, clock, processes }: PruneRequest, history: History): Promise<PruneOutlook> {
  const survey = await surveySets(folder, history, clock)
  if (survey.isSingle) {
    throw new Fault('E_USAGE', `${folder} is one set, not a folder of sets`, {
      hint: 'name the folder that holds the sets: --backups <folder>',
    })
  }
  const sets: PrunableSet[] = []
  for (const surveyed of survey.sets) {
    sets.push(await toCandidate(surveyed, survey, processes))
  }
  return { survey, plan: planPrune(sets, policy, clock) }
}

/**
 * Deletes what the plan says, one set after the other, each whole; just before, each is looked at again. No backup is
 * written into the folder, and no other prune works in it, meanwhile. Throws `E_BACKUP_BUSY`, `E_CLOCK_DOUBTFUL`.
 */
export async function pruneSets(request: PruneRequest): Promise<Pruned> {
  const { processes } = request
  await outlookOf(request)
  await using lock = await lockFolder(request.folder, processes)
  await sweepDeleted(lock.folder, processes)
  const outlook = await outlookOf(request)
  const { plan, survey } = outlook
  if (plan.stop !== null) {
    throw new Fault('E_CLOCK_DOUBTFUL', `nothing was deleted: ${plan.stop}`, {
      hint: 'check the clock of this machine; if it is right, take a backup first',
    })
  }
  const deleted: PrunableSet[] = []
  const spared: { set: PrunableSet; why: string }[] = []
  for (const { set, fate } of plan.sets.toReversed()) {
    if (fate !== 'deleted') continue
    const why = await tryDelete(set, survey, request)
    if (why === null) deleted.push(set)
    else spared.push({ set, why })
  }
  return { ...outlook, deleted, spared }
}

async function tryDelete(set: PrunableSet, survey: Survey, { clock, processes }: PruneRequest): Promise<string | null> {
  const { surveyed } = set
  try {
    if (surveyed.set.root !== survey.folder) {
      const now = await openSet(surveyed.set.root, clock)
      if ((await identifySet(now)) !== surveyed.digest) return 'it changed while this ran'
    }
    return await deleteSet(surveyed.set, survey.folder, processes)
  } catch (thrown) {
    const isOfDisk = thrown instanceof Error && 'syscall' in thrown
    if (!(thrown instanceof Fault) && !isOfDisk) throw thrown
    return scrubLine(asFault(thrown).message)
  }
}

async function toCandidate(surveyed: SurveyedSet, survey: Survey, processes: ProcessWatch): Promise<PrunableSet> {
  const { set, createdAt, label, name, rehearsals } = surveyed
  const { database, project } = set.manifest?.source ?? {}
  const answer = conclusive(surveyed)?.answer
  return {
    name,
    createdAt: createdAt ?? new Date(0),
    source: JSON.stringify([project ?? null, database ?? null]),
    label,
    answer: answer === 'GO' || answer === 'NO-GO' ? answer : null,
    onceGo: rehearsals.some((entry) => entry.answer === 'GO'),
    leftFor: surveyed.problem ?? (await whyNotOurs(surveyed, survey)) ?? (await findUser(set.root, processes)),
    surveyed,
  }
}

export type { PlannedSet }
