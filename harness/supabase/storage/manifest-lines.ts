import { z } from 'zod'
import { Fault } from '../../core/index.ts'
import type { FileRecord } from './types.ts'

/** Name of the manifest in the folder of a Storage backup: a line of JSON an object. */
export const manifestName = 'storage-manifest.jsonl'
/** What is being written, and what an interrupted start left. */
export const partName = `${manifestName}.part`
export const earlierName = `${manifestName}.earlier`

/** Folder for objects whose bytes are still coming. */
export const temporaryName = '.rehearse-partial'

/** Any of these in a folder says that a Storage backup is or was being made there. */
export const storageMarks = [manifestName, partName, earlierName, 'storage-summary.json'] as const

const nullable = z.string().nullable()

const schema = z.strictObject({
  bucket: z.string().min(1),
  name: z.string().min(1),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  md5: z.string().regex(/^[0-9a-f]{32}$/),
  path: z.string().refine(staysInside, 'leads out of the folder'),
  etag: nullable,
  mimetype: nullable,
  cacheControl: nullable,
  updatedAt: nullable,
  userMetadata: z.record(z.string(), z.unknown()).nullable(),
})

/** The manifest may come from somebody else: a path in it is not trusted. */
function staysInside(path: string): boolean {
  return path.startsWith('files/') && !path.split('/').some((part) => part === '..' || part === '.' || part === '')
}

export function writeLine(record: FileRecord): string {
  const { bucket, name, bytes, sha256, md5, path, etag, mimetype, cacheControl, updatedAt, userMetadata } = record
  return `${JSON.stringify({ bucket, name, bytes, sha256, md5, path, etag, mimetype, cacheControl, updatedAt, userMetadata })}\n`
}

/** Throws `E_BACKUP_MANIFEST`. */
export function readLine(text: string, where: string): FileRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw damaged(where, 'it is no JSON', cause)
  }
  const { data, error } = schema.safeParse(value)
  if (error) throw damaged(where, error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  return data
}

function damaged(where: string, why: string, cause?: unknown): Fault {
  return new Fault('E_BACKUP_MANIFEST', `${where} can't be read: ${why}`, {
    hint: 'download anew: what lies there whole is not fetched again',
    ...(cause === undefined ? {} : { cause }),
  })
}
