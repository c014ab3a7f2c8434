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
