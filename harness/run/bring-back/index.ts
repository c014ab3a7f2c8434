export { bringBack } from './bring-back.ts'
export type { BringBackPlan, BringBackReport, BringBackRequest, BroughtBack } from './types.ts'
