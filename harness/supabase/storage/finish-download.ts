import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { forceToDisk } from '../../core/index.ts'
import { digestPath } from './digest.ts'
import { ManifestIndex } from './manifest-index.ts'
import { earlierName, manifestName, partName, writeLine } from './manifest-lines.ts'
import { summaryName, type BucketCount } from './summary-file.ts'
import type { Bucket } from './types.ts'

const onceName = `${manifestName}.once`

/** What has been written takes the place of what was. Until the summary is there again, the folder is not whole. */
export async function finishDownload(folder: string, buckets: readonly Bucket[]) {
  const part = join(folder, partName)
  const counts = new Map(buckets.map((bucket) => [bucket.id, { ...bucket, objects: 0, bytes: 0 }]))
  using index = await ManifestIndex.open(part)
  if (index?.hasTwins === true) await writeOnce(index, part, join(folder, onceName))
  for (const { bucket, bytes } of index?.records() ?? []) {
    const count = counts.get(bucket)
    if (!count) continue
    count.objects += 1
    count.bytes += bytes
  }
  const digests = await digestPath(part)
  await rm(join(folder, summaryName), { force: true })
  await rename(part, join(folder, manifestName))
  for (const name of [earlierName, onceName]) await rm(join(folder, name), { force: true })
  await forceToDisk(folder)
  return {
    objects: index?.objects ?? 0,
    bytes: index?.bytes ?? 0,
    manifest: digests?.sha256 ?? '',
    buckets: [...counts.values()] satisfies BucketCount[],
  }
}

/** An object that came twice in the listing has one line, its last: whoever reads the manifest needs no memory of it. */
async function writeOnce(index: ManifestIndex, part: string, once: string): Promise<void> {
  const file = await open(once, 'w', 0o600)
  try {
    for (const record of index.records()) await file.appendFile(writeLine(record))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(once, part)
}
