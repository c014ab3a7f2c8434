export { readAccess, type ManagementAccess } from './access.ts'
export { ManagementApi, requireAnswer, type ClientOptions } from './client.ts'
export {
  answerOfCounts,
  compareCounts,
  type BaselineTable,
  type CountFinding,
  type CountReport,
  type Tolerance,
} from './compare-counts.ts'
export { countRows, type CountedTable } from './count-rows.ts'
export { dashboardSteps, isOfDashboard, requireKnownStep, roleOfStep, type DashboardStep } from './dashboard-steps.ts'
export { judgePlatform } from './judge-platform.ts'
export { namesProject, readProjectRef } from './project-ref.ts'
export { findOtherSchemas } from './other-schemas.ts'
export { readPlatform } from './read-platform.ts'
export { makeRestorePoint, requireFitName } from './restore-point.ts'
export type { PlatformDay, PlatformFacts, PlatformFinding, PlatformReport, RestorePoint } from './types.ts'
