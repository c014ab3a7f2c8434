import { rename } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Fault, forceToDisk } from '../../core/index.ts'
import { checkFiles } from '../check-files.ts'
import type { ProcessWatch } from '../keep/set-lease.ts'
import type { BackupSet, Manifest } from '../types.ts'
import { openUnpublished } from '../unpublished-folder.ts'
import { proofOf, writeProtected, type Proof, type WriteProtectedOptions } from './write-protected.ts'

export interface ProtectOptions extends WriteProtectedOptions {
  /** With it, what a killed process left in the same place is removed, and ours would be. */
  readonly processes?: ProcessWatch | undefined
}

export interface ProtectedSet {
  readonly root: string
  readonly manifest: Manifest
  readonly proven: Proof
}

/**
 * A sealed set, encrypted and signed, as a new folder: there whole or not at all (temporary name, flushed, renamed). The
 * manifest stays readable and says the digests of both texts. Every file is read back from the disk and decrypted; one
 * that does not open is a failed set, and nothing is left. The source stays as it is.
 */
export async function protectSet(source: BackupSet, target: string, options: ProtectOptions): Promise<ProtectedSet> {
  const manifest = requireReady(source)
  await requireIntact(source, options)
  const root = resolve(target)
  await using work = await openUnpublished(root, { processes: options.processes })
  const paths = new Map(source.files.flatMap(({ parts }) => parts).map(({ name, path }) => [name, path]))
  const pathOf = (name: string): string => paths.get(name) ?? join(source.root, name)
  const written = await writeProtected({ manifest, pathOf }, work.path, options)
  await publish(work.path, root)
  return { root, manifest: written, proven: proofOf(options) }
}

function requireReady(source: BackupSet): Manifest {
  const { manifest } = source
  if (!manifest) {
    throw new Fault('E_USAGE', `${source.name} has no manifest`, { hint: 'only a sealed set can be protected' })
  }
  const problem = source.problems.find(({ notice }) => !notice)
  if (problem) throw new Fault(problem.code, problem.message, { hint: problem.hint })
  if (manifest.encryption)
    throw new Fault('E_USAGE', `${source.name} is encrypted already`, { hint: 'push it as it is' })
  return manifest
}

async function requireIntact(source: BackupSet, { signal }: ProtectOptions): Promise<void> {
  const bad = (await checkFiles(source, { signal })).find(({ state }) => state !== 'intact' && state !== 'extra')
  if (bad) throw new Fault('E_DUMP_DAMAGED', bad.message, { hint: bad.hint ?? 'take a fresh backup' })
}

async function publish(work: string, root: string): Promise<void> {
  await forceToDisk(work)
  try {
    // Takes the place of an empty folder, never of another set.
    await rename(work, root)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw cause
    throw new Fault('E_USAGE', `${root} is there already`, { hint: 'name a folder that is not', cause })
  }
  await forceToDisk(dirname(root))
}
