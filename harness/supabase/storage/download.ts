import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, scrubLine, type Clock } from '../../core/index.ts'
import { DownloadRun } from './download-run.ts'
import { openEarlier, undamaged } from './earlier-downloads.ts'
import { findBare } from './find-bare.ts'
import { finishDownload } from './finish-download.ts'
import { partName, storageMarks, temporaryName } from './manifest-lines.ts'
import { readSummary, writeSummary, type StorageSummary } from './summary-file.ts'
import type { ObjectFacts, StorageProject } from './types.ts'

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
  /** Listed still, and without bytes: nothing can be fetched of them. */
  readonly bare: readonly string[]
  /** Their names can't be asked for through this API. */
  readonly unnamable: readonly string[]
  readonly failed: readonly Trouble[]
}

/**
 * Every object of a project into a folder: bytes under `files/`, what is known of each in the manifest, and the summary
 * last. Only what lacks or has changed is fetched. An object that fails is named and the others go on; that the key is
 * refused, or the disk full, ends it.
 */
export async function downloadStorage(project: StorageProject, options: DownloadOptions): Promise<Downloaded> {
  const { folder, clock, signal } = options
  const startedAt = clock.now().toISOString()
  await refuseForeign(folder)
  await mkdir(join(folder, 'files'), { recursive: true, mode: 0o700 })
  const before = await undamaged(readSummary(folder))
  if (before && before.url !== project.url) throw anotherProject(folder, before.url)
  const temporaries = join(folder, temporaryName)
  await rm(temporaries, { recursive: true, force: true })
  await mkdir(temporaries, { mode: 0o700 })
  using earlier = await openEarlier(folder)
  const run = new DownloadRun(project, options, (facts) => earlier.known(facts))
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
  const { fetched, kept, failed, missed, unnamable } = run
  const withoutBytes = new Set(missed.length > 0 ? await findBare(project, missed) : [])
  const gone = missed.filter((facts) => !withoutBytes.has(facts)).map(nameOf)
  const bare = [...withoutBytes].map(nameOf)
  const outcome = { fetched, kept, gone, bare, unnamable, failed }
  if (failed.length > 0) return { summary: null, ...outcome }
  const counts = await finishDownload(folder, buckets)
  const summary: StorageSummary = {
    kind: 'storage backup',
    version: 1,
    url: project.url,
    startedAt,
    finishedAt: clock.now().toISOString(),
    ...counts,
  }
  await writeSummary(folder, summary)
  return { summary, ...outcome }
}

const nameOf = ({ bucket, name }: ObjectFacts): string => scrubLine(`${bucket}/${name}`)

/** A folder called `files` that something else made would be written into. */
async function refuseForeign(folder: string): Promise<void> {
  const entries = new Set(await entriesOf(folder))
  if (storageMarks.some((name) => entries.has(name))) return
  if ((await entriesOf(join(folder, 'files'))).length === 0) return
  throw new Fault('E_STORE_OCCUPIED', `${folder} has a folder called files, which no download made`, {
    hint: 'name another folder',
  })
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR'))
      return []
    throw thrown
  })
}

function anotherProject(folder: string, url: string): Fault {
  return new Fault('E_STORE_OCCUPIED', `${folder} holds the Storage of another project: ${url}`, {
    hint: 'name another folder, or delete this one',
  })
}
