import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestName } from '../manifest-name.ts'
import { reading } from '../reading.ts'
import type { BackupSet } from '../types.ts'

/**
 * What a verdict is about: `manifest:` and the SHA-256 of a sealed set's manifest, which holds every file's digest and so
 * follows the set wherever it is copied; of an unsealed one `files:` and a digest of names, sizes and times, so that a
 * dump put in another's place is another set. Reads no dump: whether the files are what the manifest says, only a
 * rehearsal or a verification shows.
 */
export async function identifySet(set: BackupSet): Promise<string> {
  return reading(set.root, async () => {
    const digest = createHash('sha256')
    if (set.sealed) return digestOfManifest(await readFile(join(set.root, manifestName)))
    for (const { name, path, present } of set.files.flatMap((file) => file.parts)) {
      const found = present ? await stat(path) : null
      digest.update(`${JSON.stringify([name, found?.size ?? null, found?.mtimeMs ?? null])}\n`)
    }
    return `files:${digest.digest('hex')}`
  })
}

/** The same, of a manifest's bytes. */
export function digestOfManifest(bytes: Uint8Array): string {
  return `manifest:${createHash('sha256').update(bytes).digest('hex')}`
}
