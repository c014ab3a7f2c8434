import { join } from 'node:path'
import { asFault, Fault, scrubLine } from '../../core/index.ts'
import type { Trouble } from './download.ts'
import { digestAll, digestPath } from './digest.ts'
import { inParallel } from './in-parallel.ts'
import { hasSameSettings, isOutside, withLimitsLifted } from './lift-limits.ts'
import { makeBucket } from './make-bucket.ts'
import { openBackup } from './open-backup.ts'
import { OutOfReach } from './out-of-reach.ts'
import { notWhole } from './storage-fault.ts'
import { surveyTarget } from './survey-target.ts'
import type { Bucket, FileRecord, StorageProject } from './types.ts'

export interface RestoreOptions {
  /** Of the backup. */
  readonly folder: string
  readonly overwrite: boolean
  readonly parallel: number
  readonly signal: AbortSignal
  readonly onProgress?: (objects: number, bytes: number) => void
}

export interface RestoredStorage {
  readonly buckets: {
    readonly created: readonly string[]
    readonly otherSettings: readonly string[]
    /** Made without their limit of size, which is above that of the project. */
    readonly unlimited: readonly string[]
    /** Whose limits were lifted for a while, for so many objects that they would not take today. */
    readonly lifted: readonly { readonly bucket: string; readonly objects: number }[]
  }
  readonly written: { readonly objects: number; readonly bytes: number }
  /** There already, byte for byte. */
  readonly same: number
  /** Were listed and had no bytes, as after a restore of the database: they are among those written. */
  readonly bare: number
  readonly failed: readonly Trouble[]
}

/**
 * A Storage backup into a project: buckets with their settings first, then objects, each read back afterwards. Nothing is
 * written before it is known that no object of another content is in the way; those are replaced with `overwrite` alone.
 */
export async function restoreStorage(project: StorageProject, options: RestoreOptions): Promise<RestoredStorage> {
  const { folder, signal } = options
  using backup = await openBackup(folder)
  const { summary, index } = backup
  const existing = new Map((await project.listBuckets()).map((bucket) => [bucket.id, bucket]))
  const { same, bare } = await surveyTarget(project, [...existing.keys()], index, options)
  const created: string[] = []
  const otherSettings: string[] = []
  const unlimited: string[] = []
  /* Buckets whose settings are those of the backup, by id. */
  const known = new Map<string, Bucket>()
  for (const bucket of summary.buckets) {
    const there = existing.get(bucket.id) ?? (await makeBucket(project, bucket))
    if (!existing.has(bucket.id)) created.push(bucket.id)
    if (hasSameSettings(there, bucket)) known.set(bucket.id, bucket)
    else if (existing.has(bucket.id)) otherSettings.push(bucket.id)
    else unlimited.push(bucket.id)
  }
  const written = { objects: 0, bytes: 0 }
  const failed: Trouble[] = []
  const reach = new OutOfReach(options.parallel)
  const put = async (record: FileRecord): Promise<void> => {
    signal.throwIfAborted()
    try {
      const isBare = bare.has(`${record.bucket}/${record.name}`)
      await putObject(project, record, { folder, overwrite: options.overwrite || isBare })
      reach.reached()
      written.objects += 1
      written.bytes += record.bytes
      options.onProgress?.(written.objects, written.bytes)
    } catch (thrown) {
      signal.throwIfAborted()
      const fault = asFault(thrown)
      if (fault.kind === 'defect' || fault.kind === 'refused') throw thrown
      reach.missed(fault)
      failed.push({
        object: scrubLine(`${record.bucket}/${record.name}`),
        why: scrubLine(fault.message),
        damaged: fault.kind === 'backup',
      })
    }
  }
  const outside = new Map<Bucket, FileRecord[]>()
  await inParallel(index.records(), options.parallel, async (record) => {
    if (same.has(`${record.bucket}/${record.name}`)) return
    const bucket = known.get(record.bucket)
    if (bucket === undefined || !isOutside(bucket, record)) return put(record)
    const records = outside.get(bucket) ?? []
    records.push(record)
    outside.set(bucket, records)
  })
  for (const [bucket, records] of outside) {
    const left = await withLimitsLifted(project, bucket, records, () => inParallel(records, options.parallel, put))
    if (left) failed.push(left)
  }
  const lifted = [...outside].map(([{ id }, records]) => ({ bucket: id, objects: records.length }))
  return { buckets: { created, otherSettings, unlimited, lifted }, written, same: same.size, bare: bare.size, failed }
}

type PutOptions = Pick<RestoreOptions, 'folder' | 'overwrite'>

async function putObject(project: StorageProject, record: FileRecord, options: PutOptions): Promise<void> {
  const { bucket, name, bytes, sha256, mimetype, cacheControl, userMetadata } = record
  const path = join(options.folder, record.path)
  const what = `${bucket}/${name}`
  const own = await digestPath(path)
  if (own?.sha256 !== sha256) {
    throw new Fault('E_BACKUP_FILE_MISSING', `${what}: its file is missing or damaged`, {
      hint: 'see `rehearse storage verify`',
    })
  }
  let again = false
  await project.patiently(async () => {
    // A first try may have written it before its answer was lost.
    const overwrite = options.overwrite || again
    again = true
    await project.upload(bucket, name, { path, bytes, mimetype, cacheControl, userMetadata, overwrite })
    const back = await project.open(bucket, name)
    if (!back || (await digestAll(back.bytes)).sha256 !== sha256) {
      throw notWhole(`${what}: what was read back is not what was written`)
    }
  })
  const facts = await project.patiently(() => project.info(bucket, name))
  if (facts?.mimetype !== mimetype && mimetype !== null) {
    throw new Fault('E_STORE_FAILED', `${what}: its media type is ${facts?.mimetype ?? 'lost'}, not ${mimetype}`, {
      hint: 'see the settings of the bucket',
    })
  }
}
