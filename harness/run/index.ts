export {
  bringBack,
  type BringBackPlan,
  type BringBackReport,
  type BringBackRequest,
  type BroughtBack,
} from './bring-back/index.ts'
export { rehearse, type RehearseOptions, type Rehearsed } from './rehearse.ts'
export type { SpecContext, SpecOutcome, SpecReport, SpecRunner, SpecSession } from './spec-runner.ts'
export { sequenceMemory } from './unlock-backup.ts'
export { needOfSummaries } from './need-of.ts'
export { processWatch } from './hold-set.ts'
export { deriveFromBackup, importBackup, takeBackup } from './take-backup.ts'
export { nameConnection } from './name-connection.ts'
export { depths, diffSides, observeDatabase, type Depth, type DiffReport, type DiffRequest } from './sides/index.ts'
