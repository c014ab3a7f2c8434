export { appendHistory, readHistory, type History } from './history.ts'
export type { HistoryEntry, PruneEntry, RehearsalEntry } from './history-entry.ts'
export { identifySet } from './identify-set.ts'
export { conclusive, judgeStatus, type SetStatus, type StatusReport } from './judge-status.ts'
export { resolveWebhook, sendNotice, type Notice, type SendOptions } from './notify.ts'
export { planPrune, type Fate, type PlannedSet, type PruneCandidate, type PrunePlan } from './plan-prune.ts'
export {
  outlookOf,
  pruneSets,
  type PrunableSet,
  type Pruned,
  type PruneOutlook,
  type PruneRequest,
} from './prune-sets.ts'
export { defaultPolicy, leastTerms, toPolicy, type LabelTerm, type RetentionPolicy } from './retention.ts'
export { findUser, leaseSet, type LeaseOwner, type LeasePurpose, type ProcessWatch } from './set-lease.ts'
export { surveySets, type Survey, type SurveyedSet } from './survey-sets.ts'
