export type { Answer, PlannedCheck, Waiver, WaiverOutcome, Reason, Verdict } from './types.ts'
