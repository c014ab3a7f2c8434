import { compareRow, extraFiles, type StorageDifference } from './compare-storage.ts'
import { md5Of } from './etag.ts'
import { hasSameSettings } from './lift-limits.ts'
import { openBackup } from './open-backup.ts'
import type { Bucket, StorageProject } from './types.ts'

export interface BucketDifference {
  readonly bucket: string
  readonly what: 'missing' | 'added' | 'other settings'
}

export interface LiveComparison {
  readonly differences: readonly StorageDifference[]
  readonly buckets: readonly BucketDifference[]
  /** Objects of another project whose ETag is no MD5: of their bytes, nothing but their number was compared. */
  readonly bySize: number
}

/**
 * The manifest against what a project lists now: what was added, replaced or deleted since. Of another project than it was
 * taken from, an ETag tells something only where it is an MD5: it depends on how an object was uploaded, and where to.
 */
export async function verifyLive(
  folder: string,
  project: StorageProject,
  onPage: (objects: number) => void = () => {},
): Promise<LiveComparison> {
  using backup = await openBackup(folder)
  const { summary, index } = backup
  const isOther = summary.url !== project.url
  const differences: StorageDifference[] = []
  let bySize = 0
  let listed = 0
  const there = await project.listBuckets()
  for (const { id } of there) {
    for await (const page of project.walk(id)) {
      for (const facts of page) {
        const etag = isOther ? md5Of(facts.etag) : facts.etag
        if (isOther && etag === null) bySize += 1
        differences.push(...compareRow({ ...facts, etag }, index))
      }
      listed += page.length
      onPage(listed)
    }
  }
  differences.push(...extraFiles(index))
  return { differences, buckets: compareBuckets(summary.buckets, there), bySize }
}

/** One without objects is one too, and who may read them all is a setting. */
function compareBuckets(taken: readonly Bucket[], there: readonly Bucket[]): readonly BucketDifference[] {
  const byId = new Map(there.map((bucket) => [bucket.id, bucket]))
  const known = new Set(taken.map(({ id }) => id))
  const differing = taken.flatMap((bucket): readonly BucketDifference[] => {
    const now = byId.get(bucket.id)
    if (!now) return [{ bucket: bucket.id, what: 'missing' }]
    return hasSameSettings(now, bucket) ? [] : [{ bucket: bucket.id, what: 'other settings' }]
  })
  const added = there.filter(({ id }) => !known.has(id)).map(({ id }) => ({ bucket: id, what: 'added' as const }))
  return [...differing, ...added]
}
