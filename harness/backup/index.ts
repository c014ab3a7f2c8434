export { checkFiles, type CheckFilesOptions } from './check-files.ts'
export { chooseRestore, isDump, type DumpHolds } from './choose-restore.ts'
export { digestFile, type DigestOptions, type FileDigest } from './digest-file.ts'
export { findLatestSet } from './find-latest-set.ts'
export { manifestName } from './manifest-name.ts'
export { openSet } from './open-set.ts'
export { sealSet, type SealDetails } from './seal-set.ts'
export type {
  BackupFile,
  BackupPart,
  BackupProblem,
  BackupSet,
  ExpectedFile,
  FileCheck,
  FileKind,
  FileState,
  Manifest,
  RestoreChoice,
} from './types.ts'
