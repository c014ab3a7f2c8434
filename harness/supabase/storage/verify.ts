import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { digestPath } from './digest.ts'
import { inParallel } from './in-parallel.ts'
import { ManifestIndex } from './manifest-index.ts'
import { manifestName, partName } from './manifest-lines.ts'
import { demandSummary, type StorageSummary } from './summary-file.ts'
import type { FileRecord } from './types.ts'

export interface FileProblem {
  readonly object: string
  readonly what: 'file missing' | 'bytes changed' | 'size changed' | 'manifest changed'
}

export interface VerifiedFiles {
  readonly summary: StorageSummary
  readonly objects: number
  readonly bytes: number
  readonly problems: readonly FileProblem[]
  /** Files that no object of the manifest has: left of objects that are gone from Storage. */
  readonly strangers: readonly string[]
  /** A download of this folder was begun and has not ended. */
  readonly interrupted: boolean
}

/** Reads every file again and holds it against the manifest, and the manifest against its summary. */
export async function verifyFiles(
  folder: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress?: (objects: number, bytes: number) => void },
): Promise<VerifiedFiles> {
  const summary = await demandSummary(folder)
  const problems: FileProblem[] = []
  const manifest = join(folder, manifestName)
  const digests = await digestPath(manifest)
  if (digests === null) problems.push({ object: manifestName, what: 'file missing' })
  else if (digests.sha256 !== summary.manifest) problems.push({ object: manifestName, what: 'manifest changed' })
  using index = await ManifestIndex.open(manifest)
  const done = { objects: 0, bytes: 0 }
  // Two at a time: the disk is what is waited for.
  await inParallel(index?.records() ?? [], 2, async (record) => {
    signal.throwIfAborted()
    const problem = await checkFile(folder, record)
    if (problem) problems.push({ object: `${record.bucket}/${record.name}`, what: problem })
    done.objects += 1
    done.bytes += record.bytes
    onProgress?.(done.objects, done.bytes)
  })
  const strangers = index ? await findStrangers(folder, index) : []
  const interrupted = (await stat(join(folder, partName)).catch(() => null)) !== null
  return { summary, ...done, problems, strangers, interrupted }
}

async function checkFile(folder: string, { path, bytes, sha256 }: FileRecord): Promise<FileProblem['what'] | null> {
  const digests = await digestPath(join(folder, path))
  if (digests === null) return 'file missing'
  if (digests.bytes !== bytes) return 'size changed'
  return digests.sha256 === sha256 ? null : 'bytes changed'
}

/** By the paths of the manifest, as hashes would be by name: held in memory, some 100 bytes an object. */
async function findStrangers(folder: string, index: ManifestIndex): Promise<readonly string[]> {
  const known = new Set<string>()
  for (const { path } of index.records()) known.add(path)
  const strangers: string[] = []
  for (const folders = [join(folder, 'files')]; ;) {
    const next = folders.pop()
    if (next === undefined) return strangers.sort()
    for (const entry of await readdir(next, { withFileTypes: true })) {
      const path = join(next, entry.name)
      if (entry.isDirectory()) folders.push(path)
      else if (!known.has(relative(folder, path).split(sep).join('/'))) strangers.push(relative(folder, path))
    }
  }
}
