export { planChecks } from './plan-checks.ts'
export { addSpecChecks, specCheck } from './spec-checks.ts'
export { decide, type Ledger } from './decide.ts'
export { applyWaivers, isWaived, type AppliedWaivers, type WeighedFinding } from './apply-waivers.ts'
export type {
  Answer,
  Situation,
  PlannedCheck,
  SpecName,
  SpecOutcome,
  Waiver,
  WaiverOutcome,
  Reason,
  Verdict,
  CheckOutcome,
} from './types.ts'
