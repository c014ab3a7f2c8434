import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asFault, Fault, forceToDisk, scrubLine, type Clock } from '../../core/index.ts'
import { digestPath } from './digest.ts'
import { fetchObject } from './fetch-object.ts'
import { inParallel } from './in-parallel.ts'
import { ManifestIndex } from './manifest-index.ts'
import { earlierName, manifestName, partName, writeLine } from './manifest-lines.ts'
import { joinParts } from './join-parts.ts'
import { unchanged } from './survey.ts'
import { garbageCollector } from './tidy-memory.ts'
import { readSummary, summaryName, writeSummary, type BucketCount, type StorageSummary } from './summary-file.ts'
import type { FileRecord, ObjectFacts, StorageProject } from './types.ts'

export interface DownloadOptions {
  readonly folder: string
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Objects at a time. */
  readonly parallel: number
  /** Called often: objects done, bytes fetched. */
  readonly onProgress?: (objects: number, bytes: number) => void
}

export interface Trouble {
  readonly object: string
  readonly why: string
  /** The backup itself is to blame: its file is missing or damaged. */
  readonly damaged: boolean
}

export interface Downloaded {
  /** Null while something failed: the folder is not whole. */
  readonly summary: StorageSummary | null
  readonly fetched: { readonly objects: number; readonly bytes: number }
  /** Lay there already, unchanged. */
  readonly kept: number
  /** Listed, and gone when they were asked for. */
  readonly gone: readonly string[]
  readonly failed: readonly Trouble[]
}

/* More are counted, not named one by one: a project that refuses everything would fill the terminal. */
const mostNamed = 1_000

/* Some 15 MB of garbage; a collection takes 10 to 20 ms. */
const objectsBetweenTidying = 500

/** What earlier starts brought, finished or not; to be put away. */
export async function openEarlier(
  folder: string,
): Promise<Disposable & { known(facts: ObjectFacts): FileRecord | null }> {
  await joinParts(folder)
  const earlier = await undamaged(ManifestIndex.open(join(folder, earlierName), true))
  const finished = await undamaged(ManifestIndex.open(join(folder, manifestName)))
  return {
    known: (facts) => unchanged(facts, earlier, finished),
    [Symbol.dispose]() {
      earlier?.[Symbol.dispose]()
      finished?.[Symbol.dispose]()
    },
  }
}

/** What can't be read is written anew, and its objects fetched. */
async function undamaged<T>(reading: Promise<T | null>): Promise<T | null> {
  try {
    return await reading
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'E_BACKUP_MANIFEST') return null
    throw thrown
  }
}

/**
 * Every object of a project into a folder: bytes under `files/`, what is known of each in the manifest, and the summary
 * last. Only what lacks or has changed is fetched. An object that fails is named and the others go on; that the key is
 * refused, or the disk full, ends it.
 */
export async function downloadStorage(project: StorageProject, options: DownloadOptions): Promise<Downloaded> {
  const { folder, clock, signal } = options
  const startedAt = clock.now().toISOString()
  await mkdir(join(folder, 'files'), { recursive: true, mode: 0o700 })
  const before = await undamaged(readSummary(folder))
  if (before && before.url !== project.url) throw anotherProject(folder, before.url)
  const temporaries = join(folder, '.partial')
  await rm(temporaries, { recursive: true, force: true })
  await mkdir(temporaries, { mode: 0o700 })
  using earlier = await openEarlier(folder)
  const run = new Run(project, options, (facts) => earlier.known(facts))
  const buckets = await project.listBuckets()
  const part = await open(join(folder, partName), 'w', 0o600)
  try {
    for (const { id } of buckets) {
      for await (const page of project.walk(id)) {
        await run.page(page, part)
        signal.throwIfAborted()
      }
    }
    await part.sync()
  } finally {
    await part.close()
    await rm(temporaries, { recursive: true, force: true })
  }
  const { fetched, kept, gone, failed } = run
  if (failed.length > 0) return { summary: null, fetched, kept, gone, failed }
  const counts = await finish(folder, buckets)
  const summary: StorageSummary = {
    kind: 'storage backup',
    version: 1,
    url: project.url,
    startedAt,
    finishedAt: clock.now().toISOString(),
    ...counts,
  }
  await writeSummary(folder, summary)
  return { summary, fetched, kept, gone, failed }
}

/** What has been written takes the place of what was. Until the summary is there again, the folder is not whole. */
async function finish(folder: string, buckets: Awaited<ReturnType<StorageProject['listBuckets']>>) {
  const part = join(folder, partName)
  const counts = new Map(buckets.map((bucket) => [bucket.id, { ...bucket, objects: 0, bytes: 0 }]))
  using index = await ManifestIndex.open(part)
  for (const { bucket, bytes } of index?.records() ?? []) {
    const count = counts.get(bucket)
    if (!count) continue
    count.objects += 1
    count.bytes += bytes
  }
  const digests = await digestPath(part)
  await rm(join(folder, summaryName), { force: true })
  await rename(part, join(folder, manifestName))
  await rm(join(folder, earlierName), { force: true })
  await forceToDisk(folder)
  return {
    objects: index?.objects ?? 0,
    bytes: index?.bytes ?? 0,
    manifest: digests?.sha256 ?? '',
    buckets: [...counts.values()] satisfies BucketCount[],
  }
}

class Run {
  readonly fetched = { objects: 0, bytes: 0 }
  kept = 0
  readonly gone: string[] = []
  readonly failed: Trouble[] = []
  #named = 0
  readonly #collectGarbage = garbageCollector()
  readonly #project: StorageProject
  readonly #options: DownloadOptions
  readonly #known: (facts: ObjectFacts) => FileRecord | null

  constructor(project: StorageProject, options: DownloadOptions, known: (facts: ObjectFacts) => FileRecord | null) {
    this.#project = project
    this.#options = options
    this.#known = known
  }

  /** Objects of one page, and their lines, each as soon as its bytes have their name. */
  async page(page: readonly ObjectFacts[], part: FileHandle): Promise<void> {
    const folders = new Set<string>()
    await inParallel(page, this.#options.parallel, async (facts) => {
      this.#options.signal.throwIfAborted()
      const record = await this.#bring(facts)
      if (!record) return
      folders.add(dirname(join(this.#options.folder, record.path)))
      await part.appendFile(writeLine(record))
      this.#tidy()
      this.#options.onProgress?.(this.fetched.objects + this.kept, this.fetched.bytes)
    })
    await part.sync()
    for (const path of folders) await forceToDisk(path)
  }

  #tidy(): void {
    const done = this.fetched.objects + this.kept
    if (done % objectsBetweenTidying === 0) this.#collectGarbage?.()
  }

  async #bring(facts: ObjectFacts): Promise<FileRecord | null> {
    const { folder } = this.#options
    const lying = this.#known(facts)
    if (lying && (await hasSize(join(folder, lying.path), lying.bytes))) {
      this.kept += 1
      return lying
    }
    const object = `${facts.bucket}/${facts.name}`
    this.#named += 1
    try {
      const record = await fetchObject(this.#project, facts, {
        folder,
        temporary: join(folder, '.partial', String(this.#named)),
      })
      if (record === null) {
        this.gone.push(scrubLine(object))
        return null
      }
      this.fetched.objects += 1
      this.fetched.bytes += record.bytes
      return record
    } catch (thrown) {
      this.#note(object, thrown)
      return null
    }
  }

  /** One object's own failure lets the others go on. */
  #note(object: string, thrown: unknown): void {
    this.#options.signal.throwIfAborted()
    const fault = asFault(thrown)
    if (fault.code !== 'E_STORE_FAILED' && fault.code !== 'E_STORE_UNREACHABLE') throw thrown
    this.failed.push({ object: scrubLine(object), why: scrubLine(fault.message), damaged: false })
    if (this.failed.length < mostNamed) return
    throw new Fault('E_STORE_FAILED', `${mostNamed} objects failed, the last: ${scrubLine(fault.message)}`, {
      hint: 'see what the Storage API says; then run the same command again: it fetches only what lacks',
      cause: thrown,
    })
  }
}

async function hasSize(path: string, bytes: number): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found?.isFile() === true && found.size === bytes
}

function anotherProject(folder: string, url: string): Fault {
  return new Fault('E_STORE_OCCUPIED', `${folder} holds the Storage of another project: ${url}`, {
    hint: 'name another folder, or delete this one',
  })
}
