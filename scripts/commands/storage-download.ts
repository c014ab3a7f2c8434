import { stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { manifestName, requireOpenSet, storageFolder } from '../../harness/backup/index.ts'
import type { ConfigValues } from '../../harness/config/index.ts'
import { countOf, Fault, formatBytes, formatCount, systemClock } from '../../harness/core/index.ts'
import {
  downloadStorage,
  openEarlier,
  surveyStorage,
  type Downloaded,
  type StorageProject,
  type StorageSurvey,
} from '../../harness/supabase/storage/index.ts'
import { takeFolder } from './storage-folder.ts'
import { openNamed, type ProjectFlags } from './storage-project.ts'
import { agreeToPull, type Agreement, type Pull } from '../agree-to-pull.ts'
import { describeTrouble, unfetched } from '../render-storage.ts'
import { StepLines } from '../terminal-progress.ts'

export interface FetchRequest {
  readonly folder: string
  readonly parallel: number
  /** How much may be fetched without a word; null: that was asked before. */
  readonly agreement: Omit<Agreement, 'signal'> | null
  readonly signal: AbortSignal
}

/** Lists what there is to fetch, asks where it is much, and fetches it. Throws `E_USAGE` where it is too much, `E_BACKUP_BUSY`. */
export async function fetchStorage(project: StorageProject, request: FetchRequest): Promise<Downloaded> {
  const { folder, parallel, agreement, signal } = request
  await using _ = await takeFolder(folder)
  const lines = new StepLines(process.stderr)
  const { toFetch, objects, unsized } = await survey(project, folder, lines)
  if (agreement) await agreeToPull({ tableBytes: null, storage: { ...toFetch, unsized } }, { ...agreement, signal })
  lines.begin('download', toFetch.bytes)
  const onProgress = (done: number, bytes: number): void =>
    lines.advance(bytes, `${formatCount(done)} of ${countOf(objects, 'object')}, ${formatBytes(bytes)}`)
  const downloaded = await downloadStorage(project, { folder, clock: systemClock, signal, parallel, onProgress })
  lines.end('download', `${formatCount(downloaded.fetched.objects)} fetched, ${formatCount(downloaded.kept)} kept`)
  return downloaded
}

async function survey(project: StorageProject, folder: string | null, lines: StepLines): Promise<StorageSurvey> {
  lines.begin('list')
  using earlier = folder === null ? null : await openEarlier(folder)
  const found = await surveyStorage(
    project,
    (facts) => earlier?.known(facts) ?? null,
    (done) => lines.advance(done, countOf(done, 'object')),
  )
  lines.end('list', `${countOf(found.objects, 'object')}, ${formatBytes(found.toFetch.bytes)} of them to fetch`)
  return found
}

/** The sealed set whose `storage/` the folder is; null: there is none. Throws `E_USAGE` for a set that takes nothing in. */
export async function findSetOf(folder: string): Promise<string | null> {
  const root = dirname(resolve(folder))
  if (basename(resolve(folder)) !== storageFolder) return null
  if ((await stat(join(root, manifestName)).catch(() => null)) === null) return null
  await requireOpenSet(root)
  return root
}

/** Storage as a part of a backup. */
export interface StorageBeside {
  /** All of it: a new set has nothing yet. */
  readonly pull: NonNullable<Pull['storage']>
  readonly bring: (folder: string) => Promise<void>
}

/** Opened and listed before the dump is begun: a key that is missing, or a project that can't be reached, is said at once. */
export async function storageBeside(
  named: ProjectFlags,
  { supabase }: ConfigValues,
  signal: AbortSignal,
): Promise<StorageBeside> {
  const project = await openNamed(named, supabase, signal)
  const { toFetch, unsized } = await survey(project, null, new StepLines(process.stderr))
  const bring = async (folder: string): Promise<void> => {
    const downloaded = await fetchStorage(project, { folder, parallel: 8, agreement: null, signal })
    for (const line of unfetched(downloaded)) process.stderr.write(`${line}\n`)
    const { failed } = downloaded
    const [first] = failed
    if (first === undefined) return
    const files = failed.length === 1 ? 'a file' : `${formatCount(failed.length)} files`
    throw new Fault('E_STORE_FAILED', `${files} of Storage could not be fetched: ${describeTrouble(first)}`, {
      hint: 'nothing of the backup was kept; take the dump alone, and then `rehearse storage download <set>/storage`, which goes on where it ended',
    })
  }
  return { pull: { ...toFetch, unsized }, bring }
}
