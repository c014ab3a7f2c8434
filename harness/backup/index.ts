export { checkFiles, type CheckFilesOptions } from './check-files.ts'
export { chooseRestore, isDump, type DumpHolds } from './choose-restore.ts'
export {
  createBackup,
  importSet,
  type BackupParts,
  type BackupProgress,
  type BackupRequest,
  type BackupStep,
  type Baseline,
  type BaselineReading,
  type ImportRequest,
  type ReadBack,
  type TakenBackup,
} from './create/index.ts'
export { digestFile, type DigestOptions, type FileDigest } from './digest-file.ts'
export { findLatestSet } from './find-latest-set.ts'
export { listSets } from './list-sets.ts'
export { manifestName } from './manifest-name.ts'
export { openSet } from './open-set.ts'
export { sealSet, type SealDetails } from './seal-set.ts'
export {
  decryptFile,
  digestManifest,
  encryptFile,
  isEncrypted,
  protectSet,
  publicText,
  readIdentities,
  readPublicKey,
  readRecipients,
  readSeen,
  readSigningKey,
  rememberSeen,
  trustOf,
  unlockSet,
  verifySet,
  type Identities,
  type ProtectedSet,
  type ProtectOptions,
  type SeenSet,
  type SetFinding,
  type SigningChain,
  type UnlockedSet,
  type VerifyOptions,
} from './protect/index.ts'
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
