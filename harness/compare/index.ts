export type { CheckId, FindingStatus, Finding } from './types.ts'
