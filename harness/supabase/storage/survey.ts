import type { ManifestIndex } from './manifest-index.ts'
import type { BucketCount } from './summary-file.ts'
import type { FileRecord, ObjectFacts, StorageProject } from './types.ts'

export interface StorageSurvey {
  readonly buckets: readonly BucketCount[]
  readonly objects: number
  readonly bytes: number
  /** Objects whose size the listing does not say. */
  readonly unsized: number
  /** What a download would fetch: all but what is known and unchanged. */
  readonly toFetch: { readonly objects: number; readonly bytes: number }
}

/** Walks all of Storage without fetching an object: a request for every thousand objects. */
export async function surveyStorage(
  project: StorageProject,
  known: (facts: ObjectFacts) => FileRecord | null = () => null,
  onPage: (objects: number) => void = () => {},
): Promise<StorageSurvey> {
  const buckets: BucketCount[] = []
  const toFetch = { objects: 0, bytes: 0 }
  const all = { objects: 0, bytes: 0, unsized: 0 }
  for (const bucket of await project.listBuckets()) {
    const count = { objects: 0, bytes: 0 }
    for await (const page of project.walk(bucket.id)) {
      for (const facts of page) {
        count.objects += 1
        count.bytes += facts.bytes ?? 0
        if (facts.bytes === null) all.unsized += 1
        if (known(facts)) continue
        toFetch.objects += 1
        toFetch.bytes += facts.bytes ?? 0
      }
      onPage(all.objects + count.objects)
    }
    all.objects += count.objects
    all.bytes += count.bytes
    buckets.push({ ...bucket, ...count })
  }
  return { buckets, ...all, toFetch }
}

/** The record of this object where it is known and has not changed since. */
export function unchanged(facts: ObjectFacts, ...manifests: readonly (ManifestIndex | null)[]): FileRecord | null {
  for (const manifest of manifests) {
    const record = manifest?.find(facts.bucket, facts.name)
    if (record) return isSameObject(record, facts) ? record : null
  }
  return null
}

/** An object that was written again has another time; its ETag may be the same. */
function isSameObject(record: FileRecord, facts: ObjectFacts): boolean {
  return (
    (facts.bytes === null || record.bytes === facts.bytes) &&
    (facts.etag === null || record.etag === null || record.etag === facts.etag) &&
    (facts.updatedAt === null || sameMoment(record.updatedAt, facts.updatedAt))
  )
}

/** Two spellings of one moment: `…Z` and `…+00:00`, three digits of a second or six. */
function sameMoment(one: string | null, other: string): boolean {
  return one !== null && (one === other || Date.parse(one) === Date.parse(other))
}
