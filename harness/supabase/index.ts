export {
  cliRemedy,
  diagnoseSwallowed,
  hasLostComments,
  hasLostRepeats,
  rolesRemedy,
  type CliDamage,
  type CliFile,
} from './cli-damage.ts'
export { findLeaning, type Leaning } from './find-leaning.ts'
export { layPlatform, type PlatformPart } from './lay-platform.ts'
export { listPlatform, platformFor, platformSchemas } from './platform.ts'
export { platformExtensions } from './platform-extensions.ts'
export { managedSchemas, tablesWithoutRows } from './managed-schemas.ts'
export { isProjectOwner, platformRoles, rolesOfProject } from './platform-roles.ts'
export { uncoveredBy, type Brought, type Uncovered } from './platform-uncovered.ts'
export {
  compareRow,
  countRows,
  extraFiles,
  hasStorage,
  ManifestIndex,
  readRows,
  storageManifestName,
  storageMarks,
  verifyFiles,
  type StorageDifference,
} from './storage/index.ts'
export type { Platform, PlatformNeed, StandInEnum, StandInExtension, StandInName, StandInTable } from './types.ts'
