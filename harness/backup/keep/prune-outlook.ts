import { Fault, type Clock } from '../../core/index.ts'
import { begunIn } from './delete-set.ts'
import { readHistory, type History } from './history.ts'
import { conclusive } from './judge-status.ts'
import { planPrune, type PruneCandidate, type PrunePlan } from './plan-prune.ts'
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
  /** Sets that an earlier prune began to delete: no sets any more, and the rest of them is to go. By name. */
  readonly begun: readonly string[]
  readonly plan: PrunePlan<PrunableSet>
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
  return { survey, plan: planPrune(sets, policy, clock), begun: await begunIn(folder) }
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
