import { asFault, scrubLine } from '../../core/index.ts'
import type { Trouble } from './download.ts'
import type { Bucket, FileRecord, StorageProject } from './types.ts'

/** Whether the bucket would not take this object today: its limits may have come after the object. */
export function isOutside({ fileSizeLimit, allowedMimeTypes }: Bucket, record: FileRecord): boolean {
  if (fileSizeLimit !== null && record.bytes > fileSizeLimit) return true
  // The dashboard makes a folder by it, in any bucket.
  if (allowedMimeTypes === null || record.name.endsWith('.emptyFolderPlaceholder')) return false
  const type = record.mimetype ?? 'application/octet-stream'
  return !allowedMimeTypes.some(
    (allowed) => allowed === type || (allowed.endsWith('/*') && type.startsWith(allowed.slice(0, -1))),
  )
}

/**
 * Works while the bucket takes these objects, and sets its limits back, whatever came of it. Null: they are as they were. The
 * limit of the project itself stays. A process that is killed meanwhile leaves them lifted; the next restore names the bucket.
 */
export async function withLimitsLifted(
  project: StorageProject,
  bucket: Bucket,
  records: readonly FileRecord[],
  work: () => Promise<void>,
): Promise<Trouble | null> {
  const most = records.reduce((bytes, record) => Math.max(bytes, record.bytes), bucket.fileSizeLimit ?? 0)
  // Not null: servers are about that take null for no change.
  const fileSizeLimit = bucket.fileSizeLimit === null ? null : most
  await tryUpdate(project, { ...bucket, fileSizeLimit, allowedMimeTypes: null })
  try {
    await work()
  } finally {
    await tryUpdate(project, bucket)
  }
  const now = (await project.listBuckets()).find(({ id }) => id === bucket.id)
  if (now && hasSameSettings(now, bucket)) return null
  return { object: scrubLine(bucket.id), why: 'its limits were lifted, and could not be set back', damaged: false }
}

/** What it was good for shows: objects that are refused are named, and settings are read again. */
async function tryUpdate(project: StorageProject, bucket: Bucket): Promise<void> {
  try {
    await project.updateBucket(bucket)
  } catch (thrown) {
    if (asFault(thrown).kind === 'defect') throw thrown
  }
}

export function hasSameSettings(one: Bucket, other: Bucket): boolean {
  const types = (bucket: Bucket) => JSON.stringify([...(bucket.allowedMimeTypes ?? [])].sort())
  return one.public === other.public && one.fileSizeLimit === other.fileSizeLimit && types(one) === types(other)
}
