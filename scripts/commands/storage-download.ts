import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { manifestName, requireOpenSet, storageFolder } from '../../harness/backup/index.ts'
import type { ConfigValues } from '../../harness/config/index.ts'
import { Fault, formatBytes, formatCount, systemClock } from '../../harness/core/index.ts'
import {
  downloadStorage,
  openEarlier,
  surveyStorage,
  type Downloaded,
  type StorageProject,
} from '../../harness/supabase/storage/index.ts'
import { openNamed, type ProjectFlags } from './storage-project.ts'
import { StepLines } from '../terminal-progress.ts'

export interface FetchRequest {
  readonly folder: string
  readonly parallel: number
  /** More bytes than that are not fetched; null: however many. */
  readonly askAbove: number | null
  readonly signal: AbortSignal
}

/** Lists what there is to fetch, asks where it is much, and fetches it. Throws `E_USAGE` where it is too much. */
export async function fetchStorage(project: StorageProject, request: FetchRequest): Promise<Downloaded> {
  const { folder, parallel, askAbove, signal } = request
  const lines = new StepLines(process.stderr)
  lines.begin('list')
  const { toFetch, objects, unsized } = await surveyFolder(project, folder)
  lines.end('list', `${formatCount(objects)} objects, ${formatBytes(toFetch.bytes)} of them to fetch`)
  if (askAbove !== null && toFetch.bytes > askAbove) throw tooLarge(toFetch, unsized)
  lines.begin('download', toFetch.bytes)
  const onProgress = (done: number, bytes: number): void =>
    lines.advance(bytes, `${formatCount(done)} of ${formatCount(objects)} objects, ${formatBytes(bytes)}`)
  const downloaded = await downloadStorage(project, { folder, clock: systemClock, signal, parallel, onProgress })
  lines.end('download', `${formatCount(downloaded.fetched.objects)} fetched, ${formatCount(downloaded.kept)} kept`)
  return downloaded
}

async function surveyFolder(project: StorageProject, folder: string) {
  using earlier = await openEarlier(folder)
  return await surveyStorage(project, (facts) => earlier.known(facts))
}

function tooLarge({ objects, bytes }: { objects: number; bytes: number }, unsized: number): Fault {
  const more = unsized === 0 ? '' : `, and ${formatCount(unsized)} whose size is not known`
  return new Fault('E_USAGE', `this fetches ${formatBytes(bytes)} in ${formatCount(objects)} objects${more}`, {
    hint: 'it counts as egress of the project, and a spend cap can slow it down; say --yes to fetch it',
    facts: { bytes, objects },
  })
}

/** The sealed set whose `storage/` the folder is; null: there is none. Throws `E_USAGE` for a set that takes nothing in. */
export async function findSetOf(folder: string): Promise<string | null> {
  const root = dirname(resolve(folder))
  if (basename(resolve(folder)) !== storageFolder) return null
  if ((await stat(join(root, manifestName)).catch(() => null)) === null) return null
  await requireOpenSet(root)
  return root
}

/** Storage as a part of a backup. Opened before the dump is begun: a key that is missing is said at once. */
export async function storageBeside(
  named: ProjectFlags,
  { supabase }: ConfigValues,
  signal: AbortSignal,
): Promise<(folder: string) => Promise<void>> {
  const project = await openNamed(named, supabase, signal)
  return async (folder) => {
    const { failed } = await fetchStorage(project, { folder, parallel: 8, askAbove: null, signal })
    const [first] = failed
    if (first === undefined) return
    throw new Fault(
      'E_STORE_FAILED',
      `${failed.length} files of Storage could not be fetched: ${first.object}: ${first.why}`,
      {
        hint: 'nothing of the backup was kept; take the dump alone, and then `rehearse storage download <set>/storage`, which goes on where it ended',
      },
    )
  }
}
