import { open } from 'node:fs/promises'
import { z } from 'zod'
import { Fault } from '../../core/index.ts'
import { isPlainRelativePath } from '../manifest-schema.ts'
import { storageFolder } from './names.ts'

/** A file of Storage, by the storage manifest. */
export interface StorageFile {
  /** Relative to the set: `storage/files/avatars/anna.png`. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

const digest = z.string().regex(/^[0-9a-f]{64}$/)
/* The room that writes them reads them strictly; here is what carrying them takes. */
const line = z.object({
  path: z.string().refine((path) => path.startsWith('files/') && isPlainRelativePath(path), 'leads out of the folder'),
  bytes: z.int().nonnegative(),
  sha256: digest,
})
const summary = z.object({ objects: z.int().nonnegative(), bytes: z.int().nonnegative(), manifest: digest })

/** Line by line: there may be a million. Throws `E_BACKUP_MANIFEST`, `E_BACKUP_FILE_MISSING`. */
export async function* readStorageFiles(path: string): AsyncGenerator<StorageFile> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new Fault('E_BACKUP_FILE_MISSING', 'the manifest of the files of Storage cannot be read', { hint, cause })
  })
  let number = 0
  for await (const text of file.readLines()) {
    number += 1
    const { path: inner, bytes, sha256 } = parse(line, text, `line ${number} of the storage manifest`)
    yield { name: `${storageFolder}/${inner}`, bytes, sha256 }
  }
}

/** What a download said of itself when it had ended. */
export function parseSummary(text: string): z.infer<typeof summary> {
  return parse(summary, text, 'the summary of the files of Storage')
}

const hint = 'download them again with `rehearse storage download`: what lies there whole is not fetched again'

function parse<T>(schema: z.ZodType<T>, text: string, what: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Fault('E_BACKUP_MANIFEST', `${what} is no JSON`, { hint, cause })
  }
  const { data, error } = schema.safeParse(value)
  if (data !== undefined) return data
  const issue = error?.issues[0]
  throw new Fault('E_BACKUP_MANIFEST', `${what}: ${issue?.path.join('.')}: ${issue?.message}`, { hint })
}
