import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Fault, type Clock } from '../../core/index.ts'
import { checkFiles } from '../check-files.ts'
import type { ProcessWatch } from '../keep/set-lease.ts'
import { manifestName } from '../manifest-name.ts'
import type { BackupSet } from '../types.ts'
import { checkStorage, hasStorageFiles } from '../storage/index.ts'
import { dropClaim, requireClaim, takeClaim } from './claim.ts'
import { prunedName } from './delete-stored.ts'
import { PushTally, type TellPush } from './push-progress.ts'
import { isSame, readIfThere, requireSame, requireSameOnce } from './read-back.ts'
import { eachStorageFile, lyingThere } from './storage-files.ts'
import { retrying, storeFault, type RetryOptions } from './store-faults.ts'
import type { LocalFile, Store } from './types.ts'

export interface PushOptions extends RetryOptions {
  readonly clock: Clock
  /** Goes on where a writer that is gone left off. */
  readonly takeOver?: boolean | undefined
  /** With it, the claim of a push or a prune whose process has ended is taken over unasked. */
  readonly processes?: ProcessWatch | undefined
  readonly onProgress?: TellPush | undefined
}

export interface PushedSet {
  readonly name: string
  readonly files: number
  readonly bytes: number
  /** It was there already, the same. */
  readonly wasThere: boolean
}

/**
 * Copies a sealed set to another place: its files, each read back, then its manifest. Until that is there it is no set, for
 * whoever reads it; a set that is there is never written over, and of two writers one is refused.
 */
export async function pushSet(set: BackupSet, store: Store, options: PushOptions): Promise<PushedSet> {
  const storage = hasStorageFiles(set.manifest) ? set.manifest.storage : { objects: 0, bytes: 0 }
  const bytes = (set.manifest?.files ?? []).reduce((sum, file) => sum + file.bytes, storage.bytes)
  const tally = new PushTally(bytes, options.onProgress)
  const files = await localFiles(set, options.signal, tally)
  const name = basename(set.root)
  const manifest = await readFile(join(set.root, manifestName))
  const result = { name, files: files.length + storage.objects, bytes }
  if (await isThere(store, name, manifest, options)) {
    const look = async (file: NamedFile) => {
      await requireSame(store, `${name}/${file.name}`, file, options)
      tally.addWhole(file)
    }
    for (const file of files) await look(file)
    await eachStorageFile(set, store, look)
    return { ...result, wasThere: true }
  }
  const claim = await takeClaim(store, name, options)
  try {
    // From here on it is no longer what a prune left.
    await retrying(() => store.remove(`${name}/${prunedName}`, options.signal), options)
    for (const file of files) await putFile(store, `${name}/${file.name}`, file, { ...options, tally })
    await pushStorage(set, store, { ...options, tally })
    await requireClaim(store, name, claim, options)
    await putManifest(store, `${name}/${manifestName}`, manifest, options)
  } catch (thrown) {
    // Best effort: why it failed is what counts, and a claim that stays says that a push was not finished.
    await dropClaim(store, name, claim).catch(() => undefined)
    throw thrown
  }
  await dropClaim(store, name, claim)
  return { ...result, wasThere: false }
}

/** What an earlier push brought is read back and left as it is: of a hundred thousand files the rest is sent. */
async function pushStorage(set: BackupSet, store: Store, options: TalliedOptions): Promise<void> {
  if (!hasStorageFiles(set.manifest)) return
  const name = basename(set.root)
  const there = await lyingThere(store, name, options)
  await eachStorageFile(set, store, async (file) => {
    const path = `${name}/${file.name}`
    if (there.get(path) === file.bytes && (await isSame(store, path, file, options))) options.tally.addWhole(file)
    else await putFile(store, path, file, options)
  })
}

interface NamedFile extends LocalFile {
  readonly name: string
}

interface TalliedOptions extends PushOptions {
  readonly tally: PushTally
}

async function localFiles(set: BackupSet, signal: AbortSignal, tally: PushTally): Promise<readonly NamedFile[]> {
  if (!set.manifest)
    throw new Fault('E_USAGE', `${set.name} has no manifest`, {
      hint: 'only a sealed set is pushed: seal it first, `rehearse backup --import <folder>`',
    })
  const problem = set.problems.find(({ notice }) => !notice)
  if (problem) throw new Fault(problem.code, problem.message, { hint: problem.hint })
  const options = { signal, onBytes: (bytes: number) => tally.add(bytes, 'reading it here') }
  const checks = [...(await checkFiles(set, options)), ...(await checkStorage(set, options))]
  const bad = checks.find(({ state }) => state !== 'intact' && state !== 'extra')
  if (bad) throw new Fault('E_DUMP_DAMAGED', bad.message, { hint: bad.hint ?? 'take a fresh backup' })
  const paths = new Map(set.files.flatMap(({ parts }) => parts).map((part) => [part.name, part.path]))
  return set.manifest.files.map(({ name, bytes, sha256 }) => ({
    name,
    bytes,
    sha256,
    path: paths.get(name) ?? join(set.root, name),
  }))
}

async function isThere(store: Store, name: string, manifest: Buffer, options: PushOptions): Promise<boolean> {
  const there = await readIfThere(store, `${name}/${manifestName}`, options)
  if (there === null) return false
  if (there.equals(manifest)) return true
  throw new Fault('E_STORE_OCCUPIED', `${store.name} holds another set named ${name}`, {
    hint: 'nothing was written over; push it under another name',
  })
}

/** Written and read back; what an interrupted push left is written anew. */
async function putFile(store: Store, path: string, file: NamedFile, options: TalliedOptions): Promise<void> {
  const begin = options.tally.file(file.name)
  await retrying(async () => {
    const { sent, back } = begin()
    await store.write(path, file, options.signal, sent)
    await requireSameOnce(store, path, file, options.signal, back)
  }, options)
}

async function putManifest(store: Store, path: string, manifest: Buffer, options: PushOptions): Promise<void> {
  let tried = 0
  await retrying(async () => {
    tried += 1
    const isNew = await store.create(path, manifest, options.signal)
    // Of a try whose answer got lost, what is there is ours.
    const there = isNew && tried === 1 ? manifest : await readIfThere(store, path, options)
    if (there?.equals(manifest)) return
    throw storeFault('E_STORE_OCCUPIED', `${store.name} holds another ${path}`, { again: false })
  }, options)
}
