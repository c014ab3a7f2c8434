export { checkStorage } from './check-storage.ts'
export { describeStorage } from './describe-storage.ts'
export { inLanes } from './in-lanes.ts'
export {
  hasStorageFiles,
  isStorageEntry,
  isStorageFile,
  noteWithoutFiles,
  storageArchive,
  storageFolder,
  storageManifest,
  storageSummary,
} from './names.ts'
export { readStorageFiles, type StorageFile } from './read-storage.ts'
export { requireOpenSet, sealStorage } from './seal-storage.ts'
export { readTar, writeTar, type TarEntry } from './tar.ts'
