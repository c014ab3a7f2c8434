import { stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { asFault, Fault, forceToDisk, scrubLine } from '../../core/index.ts'
import { digestPath } from './digest.ts'
import type { DownloadOptions, Trouble } from './download.ts'
import { fetchObject } from './fetch-object.ts'
import { inParallel } from './in-parallel.ts'
import { temporaryName, writeLine } from './manifest-lines.ts'
import { canBeAsked } from './object-names.ts'
import { OutOfReach } from './out-of-reach.ts'
import { garbageCollector } from './tidy-memory.ts'
import type { FileRecord, ObjectFacts, StorageProject } from './types.ts'

/* More are counted, not named one by one: a project that refuses everything would fill the terminal. */
const mostNamed = 1_000

/* Some 15 MB of garbage; a collection takes 10 to 20 ms. */
const objectsBetweenTidying = 500

/** The objects of one download: what was fetched, what lay there, what failed. */
export class DownloadRun {
  readonly fetched = { objects: 0, bytes: 0 }
  kept = 0
  /** Listed, and not found when they were asked for. */
  readonly missed: ObjectFacts[] = []
  /** Whose names no URL can hold. */
  readonly unnamable: string[] = []
  readonly failed: Trouble[] = []
  #named = 0
  readonly #collectGarbage = garbageCollector()
  readonly #project: StorageProject
  readonly #options: DownloadOptions
  readonly #reach: OutOfReach
  readonly #known: (facts: ObjectFacts) => FileRecord | null

  constructor(project: StorageProject, options: DownloadOptions, known: (facts: ObjectFacts) => FileRecord | null) {
    this.#project = project
    this.#options = options
    this.#reach = new OutOfReach(options.parallel)
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
    if (lying && (await isAsItWas(join(folder, lying.path), lying))) {
      this.kept += 1
      return lying
    }
    const object = `${facts.bucket}/${facts.name}`
    if (!canBeAsked(facts.name)) {
      this.unnamable.push(scrubLine(object))
      return null
    }
    this.#named += 1
    try {
      const record = await fetchObject(this.#project, facts, {
        folder,
        temporary: join(folder, temporaryName, String(this.#named)),
      })
      this.#reach.reached()
      if (record === null) {
        this.missed.push(facts)
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
    this.#reach.missed(fault)
    this.failed.push({ object: scrubLine(object), why: scrubLine(fault.message), damaged: false })
    if (this.failed.length < mostNamed) return
    throw new Fault('E_STORE_FAILED', `${mostNamed} objects failed, the last: ${scrubLine(fault.message)}`, {
      hint: 'see what the Storage API says; then run the same command again: it fetches only what lacks',
      cause: thrown,
    })
  }
}

/** Read again, for what is said afterwards is that the download is whole. */
async function isAsItWas(path: string, { bytes, sha256 }: FileRecord): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile() !== true || found.size !== bytes) return false
  return (await digestPath(path))?.sha256 === sha256
}
