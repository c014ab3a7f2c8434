import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Fault, writeFileWhole } from '../../core/index.ts'
import type { Bucket } from './types.ts'

export const summaryName = 'storage-summary.json'

const schema = z.strictObject({
  kind: z.literal('storage backup'),
  version: z.literal(1),
  /** Where it was taken from. */
  url: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  objects: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  /** SHA-256 of the manifest. */
  manifest: z.string().regex(/^[0-9a-f]{64}$/),
  buckets: z.array(
    z.strictObject({
      id: z.string(),
      public: z.boolean(),
      fileSizeLimit: z.number().nullable(),
      allowedMimeTypes: z.array(z.string()).nullable(),
      objects: z.number().int().nonnegative(),
      bytes: z.number().nonnegative(),
    }),
  ),
})

export interface BucketCount extends Bucket {
  readonly objects: number
  readonly bytes: number
}

/** What a Storage backup holds, in short. Written last: a folder without one is not whole. */
export interface StorageSummary {
  readonly kind: 'storage backup'
  readonly version: 1
  readonly url: string
  readonly startedAt: string
  readonly finishedAt: string
  readonly objects: number
  readonly bytes: number
  readonly manifest: string
  readonly buckets: readonly BucketCount[]
}

export async function writeSummary(folder: string, summary: StorageSummary): Promise<void> {
  await writeFileWhole(join(folder, summaryName), `${JSON.stringify(summary, null, 2)}\n`)
}

/** Null where there is none. Throws `E_BACKUP_MANIFEST` on one that can't be read. */
export async function readSummary(folder: string): Promise<StorageSummary | null> {
  let text: string
  try {
    text = await readFile(join(folder, summaryName), 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR'))
      return null
    throw new Fault('E_FILE_UNREADABLE', `cannot read ${summaryName}`, { hint: 'check its permissions', cause: thrown })
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new Fault('E_BACKUP_MANIFEST', `${summaryName} can't be read`, {
      hint: 'run `rehearse storage download` on the folder again: what lies there whole is not fetched again',
      cause,
    })
  }
}

/** {@link readSummary}, where there has to be one. */
export async function demandSummary(folder: string): Promise<StorageSummary> {
  const summary = await readSummary(folder)
  if (summary) return summary
  throw new Fault('E_BACKUP_MANIFEST', `${folder} holds no whole Storage backup: there is no ${summaryName}`, {
    hint: 'name the folder that `rehearse storage download` wrote, and let it run to its end',
  })
}
