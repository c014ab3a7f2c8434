import { Fault, scrubLine } from '../../core/index.ts'
import { digestAll } from './digest.ts'
import { md5Of } from './etag.ts'
import { inParallel } from './in-parallel.ts'
import type { ManifestIndex } from './manifest-index.ts'
import type { RestoreOptions } from './restore.ts'
import type { FileRecord, ObjectFacts, StorageProject } from './types.ts'

/** What a project has of a backup's objects, by `<bucket>/<name>`. */
export interface SurveyedTarget {
  /** There, byte for byte. */
  readonly same: ReadonlySet<string>
  /** Listed as the backup has them, and without bytes: the database was restored, and brought their rows. */
  readonly bare: ReadonlySet<string>
}

/** Before anything is written. Throws `E_STORE_OCCUPIED` where another content is in the way. */
export async function surveyTarget(
  project: StorageProject,
  buckets: readonly string[],
  index: ManifestIndex,
  { overwrite, parallel, signal }: Pick<RestoreOptions, 'overwrite' | 'parallel' | 'signal'>,
): Promise<SurveyedTarget> {
  const found = { same: new Set<string>(), bare: new Set<string>(), other: new Set<string>() }
  for (const bucket of buckets) {
    for await (const page of project.walk(bucket)) {
      await inParallel(page, parallel, async (facts) => {
        signal.throwIfAborted()
        const record = index.find(bucket, facts.name)
        if (record) found[await judge(project, facts, record)].add(`${bucket}/${facts.name}`)
      })
    }
  }
  if (found.other.size === 0 || overwrite) return found
  throw new Fault('E_STORE_OCCUPIED', `objects of another content are there: ${someOf([...found.other].sort())}`, {
    hint: 'restore into an empty project, or say --overwrite to replace them',
    facts: { objects: found.other.size },
  })
}

/** By the ETag where it is an MD5, else by the bytes; but the listing is of rows, and a row proves no bytes. */
async function judge(
  project: StorageProject,
  there: ObjectFacts,
  record: FileRecord,
): Promise<'same' | 'bare' | 'other'> {
  const { bucket, name } = record
  if (there.bytes !== null && there.bytes !== record.bytes) return 'other'
  if (there.mimetype !== null && record.mimetype !== null && there.mimetype !== record.mimetype) return 'other'
  const md5 = md5Of(there.etag)
  if (md5 !== null && md5 !== record.md5) return 'other'
  if (!(await project.hasBytes(bucket, name))) return 'bare'
  if (md5 !== null) return 'same'
  return await project.patiently(async () => {
    const opened = await project.open(bucket, name)
    if (opened === null) return 'bare'
    return (await digestAll(opened.bytes)).sha256 === record.sha256 ? 'same' : 'other'
  })
}

function someOf(names: readonly string[]): string {
  const shown = names
    .slice(0, 5)
    .map((name) => scrubLine(name, 120))
    .join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}
