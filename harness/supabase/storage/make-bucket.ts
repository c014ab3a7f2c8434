import { Fault } from '../../core/index.ts'
import type { Bucket, StorageProject } from './types.ts'

/**
 * A bucket that was not listed, with its settings; where the upload limit of the project is lower than that of the bucket,
 * without its own. What has been made is returned.
 */
export async function makeBucket(project: StorageProject, bucket: Bucket): Promise<Bucket> {
  try {
    await create(project, bucket)
    return bucket
  } catch (thrown) {
    if (bucket.fileSizeLimit === null || codeOf(thrown) !== '413') throw thrown
    const unlimited = { ...bucket, fileSizeLimit: null }
    await create(project, unlimited)
    return unlimited
  }
}

async function create(project: StorageProject, bucket: Bucket): Promise<void> {
  try {
    await project.createBucket(bucket)
  } catch (thrown) {
    // A first try made it, and its answer was lost.
    if (codeOf(thrown) !== '409') throw thrown
  }
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Fault ? thrown.facts['code'] : null
}
