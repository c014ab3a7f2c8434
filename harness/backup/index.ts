export { manifestName, sealSet, type SealDetails } from './seal-set.ts'
export { digestFile, type DigestOptions, type FileDigest } from './digest-file.ts'
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
