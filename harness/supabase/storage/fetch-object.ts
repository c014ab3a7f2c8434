import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DigestingReader, type Digests } from './digest.ts'
import { md5Of } from './etag.ts'
import { fileOfName, flatFileOfName } from './object-names.ts'
import { notWhole } from './storage-fault.ts'
import type { FileRecord, ObjectFacts, OpenedObject, StorageProject } from './types.ts'

export interface FetchPlace {
  /** Of the backup. */
  readonly folder: string
  /** A file of its own to write into first. */
  readonly temporary: string
}

/**
 * One object onto the disk: asked for what it is, fetched, held against that, and only then given its name. What is not
 * whole is fetched again; an object that was replaced meanwhile is asked for anew. Null: it is gone.
 */
export async function fetchObject(
  project: StorageProject,
  listed: ObjectFacts,
  place: FetchPlace,
): Promise<FileRecord | null> {
  const { bucket, name } = listed
  return await project.patiently(async () => {
    const facts = await project.info(bucket, name)
    const opened = facts && (await project.open(bucket, name))
    if (!opened) return null
    const digests = await writeBytes(opened, place.temporary)
    // The listing's size where `info` of an older server does not say one.
    checkWhole({ ...facts, bytes: facts.bytes ?? listed.bytes }, opened, digests)
    const path = await giveName(place, bucket, name)
    return {
      ...facts,
      mimetype: facts.mimetype ?? listed.mimetype,
      cacheControl: facts.cacheControl ?? listed.cacheControl,
      updatedAt: (isReplaced(listed, facts) ? null : listed.updatedAt) ?? facts.updatedAt,
      ...digests,
      path,
    }
  })
}

/** Since it was listed: the time in the listing is then that of an earlier version. */
function isReplaced(listed: ObjectFacts, { bytes, etag }: ObjectFacts): boolean {
  const isOther = <T>(one: T | null, other: T | null): boolean => one !== null && other !== null && one !== other
  return isOther(listed.bytes, bytes) || isOther(listed.etag, etag)
}

async function writeBytes({ bytes }: OpenedObject, path: string): Promise<Digests> {
  const reader = new DigestingReader()
  const file = await open(path, 'w', 0o600)
  try {
    for await (const chunk of reader.read(bytes)) await file.writeFile(chunk)
    await file.sync()
  } finally {
    await file.close()
  }
  return reader.end()
}

function checkWhole(facts: ObjectFacts, opened: OpenedObject, { bytes, md5 }: Digests): void {
  const what = `${facts.bucket}/${facts.name}`
  for (const [where, expected] of [
    ['its headers', opened.contentLength],
    ['Storage', facts.bytes],
  ] as const) {
    if (expected !== null && expected !== bytes) {
      throw notWhole(`${what}: ${bytes} bytes came, ${where} said ${expected}`)
    }
  }
  const expected = md5Of(facts.etag)
  if (expected !== null && expected !== md5) throw notWhole(`${what}: what came is not what its ETag says`)
}

/** The file's name under the folder. Where a folder or a file is in its way, it lies flat beside the others. */
async function giveName({ folder, temporary }: FetchPlace, bucket: string, name: string): Promise<string> {
  const path = `files/${fileOfName(bucket)}/${fileOfName(name)}`
  if (await canBeMoved(temporary, join(folder, path))) return path
  const flat = `files/${fileOfName(bucket)}%flat/${flatFileOfName(name)}`
  await mkdir(dirname(join(folder, flat)), { recursive: true, mode: 0o700 })
  await rename(temporary, join(folder, flat))
  return flat
}

async function canBeMoved(from: string, to: string): Promise<boolean> {
  try {
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    await rename(from, to)
    return true
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null
    // In order: a file is where a folder should be; a folder is where the file should be; the whole path is too long.
    if (code === 'ENOTDIR' || code === 'EEXIST' || code === 'EISDIR' || code === 'ENAMETOOLONG') return false
    await rm(from, { force: true })
    throw thrown
  }
}
