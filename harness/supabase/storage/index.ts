export { openStorage, type ProjectOptions } from './open-project.ts'
export { usualPatience, type PatienceOptions } from './patience.ts'
export { surveyStorage, type StorageSurvey } from './survey.ts'
export { downloadStorage, type Downloaded, type DownloadOptions, type Trouble } from './download.ts'
export { openEarlier } from './earlier-downloads.ts'
export { verifyFiles, type FileProblem, type VerifiedFiles } from './verify.ts'
export { verifyLive, type BucketDifference, type LiveComparison } from './verify-live.ts'
export { restoreIntoFolder } from './restore-into-folder.ts'
export { restoreStorage, type RestoredStorage, type RestoreOptions } from './restore.ts'
export { crossCheckListing, type CrossCheck } from './cross-check.ts'
export {
  compareRow,
  compareStorage,
  extraFiles,
  type FileLookup,
  type StorageDifference,
  type StorageDifferenceKind,
  type StorageRow,
} from './compare-storage.ts'
export { countRows, hasStorage, readRows, type CountedRows } from './read-rows.ts'
export { readSummary, summaryName, type BucketCount, type StorageSummary } from './summary-file.ts'
export { ManifestIndex } from './manifest-index.ts'
export { manifestName as storageManifestName, storageMarks } from './manifest-lines.ts'
export type { Bucket, FileRecord, ObjectFacts, StorageProject } from './types.ts'
