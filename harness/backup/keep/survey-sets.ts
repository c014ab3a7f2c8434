import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { asFault, Fault, scrubLine, type Clock } from '../../core/index.ts'
import { isFromFuture } from '../date-set.ts'
import { unfinishedFolders } from '../directory-part.ts'
import { listCandidates } from '../list-candidates.ts'
import { manifestName } from '../manifest-name.ts'
import { openSet, statOf } from '../open-set.ts'
import { reading } from '../reading.ts'
import { hasStorageFiles } from '../storage/index.ts'
import { walkSet } from '../walk-set.ts'
import type { BackupSet } from '../types.ts'
import type { History } from './history.ts'
import type { RehearsalEntry } from './history-entry.ts'
import { identifySet } from './identify-set.ts'

/** A set in a folder of sets, and what rehearsals said of just this set. */
export interface SurveyedSet {
  /** Relative to the folder. */
  readonly name: string
  readonly set: BackupSet
  readonly digest: string
  readonly createdAt: Date | null
  readonly label: string | null
  readonly bytes: number
  /** Why it is not whole: one line; null: as far as names, sizes and its manifest say, it is. */
  readonly problem: string | null
  /** Oldest first, as they ended. Those that say they ended in the future are left out. */
  readonly rehearsals: readonly RehearsalEntry[]
}

export interface Survey {
  readonly folder: string
  /** The path itself is a set or a dump, not a folder of them. */
  readonly isSingle: boolean
  /** Newest first; those without a time last. */
  readonly sets: readonly SurveyedSet[]
  /** What lies in the folder and belongs to no set, by name. */
  readonly foreign: readonly string[]
  /** What could not be looked at, a line each. */
  readonly problems: readonly string[]
  /** Rehearsals in the history that say they ended later than now. */
  readonly fromFuture: number
}

/**
 * Every set in a folder of sets, with its verdicts. Reads names, sizes and manifests, never a dump. Throws
 * `E_PATH_NOT_FOUND`, `E_FILE_UNREADABLE`.
 */
export async function surveySets(path: string, history: History, clock: Clock): Promise<Survey> {
  const folder = resolve(path)
  return reading(folder, () => survey(folder, history, clock))
}

async function survey(folder: string, history: History, clock: Clock): Promise<Survey> {
  const now = clock.now()
  const all = history.entries.filter((entry) => entry.kind === 'rehearsal')
  const rehearsals = all.filter(({ finishedAt }) => !isFromFuture(new Date(finishedAt), now))
  const fromFuture = all.length - rehearsals.length
  const surveyed = (set: BackupSet, name: string) => surveyOne(set, name, rehearsals)
  if (await isSet(folder)) {
    const set = await openSet(folder, clock)
    const sets = [await surveyed(set, basename(folder))]
    return { folder: dirname(folder), isSingle: true, sets, foreign: [], problems: [], fromFuture }
  }
  const real = await realpath(folder)
  const { sets: candidates, problems } = await listCandidates(folder, clock)
  const unread = problems.map(({ message }) => message)
  const sets: SurveyedSet[] = []
  const known = new Set<string>()
  for (const candidate of candidates) {
    const name = nameIn(real, folder, candidate.name)
    try {
      const one = await surveyed(await candidate.open(), name)
      sets.push(one)
      for (const taken of topNames(real, one)) known.add(taken)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (!(thrown instanceof Fault) && !isOfDisk(thrown)) throw thrown
      unread.push(`${scrubLine(name)}: ${scrubLine(fault.message)}`)
      known.add(name.split('/')[0] ?? name)
    }
  }
  const present = (await readdir(real)).filter((name) => !name.startsWith('.') && !known.has(name))
  const foreign = present.filter((name) => !problems.some(({ object }) => object === name)).sort()
  return { folder: real, isSingle: false, sets: sets.toSorted(newestFirst), foreign, problems: unread, fromFuture }
}

async function isSet(path: string): Promise<boolean> {
  if (!(await statOf(path)).isDirectory()) return true
  const { files, directoryDumps } = await walkSet(path, { deep: false })
  const names = files.map(({ name }) => name)
  return directoryDumps.includes('') || names.includes(manifestName) || unfinishedFolders(names).includes('')
}

async function surveyOne(set: BackupSet, name: string, rehearsals: readonly RehearsalEntry[]): Promise<SurveyedSet> {
  const digest = await identifySet(set)
  const own = rehearsals.filter((entry) => entry.set.digest === digest)
  return {
    name,
    set,
    digest,
    createdAt: set.createdAt,
    label: set.manifest?.label ?? null,
    bytes: set.files.reduce((sum, file) => sum + file.bytes, storageBytes(set)),
    problem: problemOf(set),
    rehearsals: own.toSorted((a, b) => Date.parse(a.finishedAt) - Date.parse(b.finishedAt)),
  }
}

/** Of an encrypted set they are in a file of their own. */
function storageBytes({ manifest }: BackupSet): number {
  return hasStorageFiles(manifest) ? manifest.storage.bytes : 0
}

function problemOf(set: BackupSet): string | null {
  const found = set.problems.find(({ notice, code }) => !notice && code !== 'E_BACKUP_FROM_FUTURE')
  if (found) return found.message
  for (const { name, present, bytes, expected } of set.files.flatMap(({ parts }) => parts)) {
    if (!present) return `${scrubLine(name)} is missing`
    if (expected?.bytes != null && expected.bytes !== bytes) {
      return `${scrubLine(name)} has ${bytes} bytes, not ${expected.bytes} as when it was written`
    }
  }
  return null
}

function nameIn(real: string, folder: string, path: string): string {
  const from = path.startsWith(real + sep) ? real : folder
  return relative(from, path) || basename(path)
}

/** What a set takes up among the folder's own entries. */
function topNames(real: string, { set, name }: SurveyedSet): readonly string[] {
  if (set.root !== real && set.root.startsWith(real + sep)) return [relative(real, set.root).split(sep)[0] ?? name]
  return set.files.flatMap(({ parts }) => parts.map((part) => part.name.split('/')[0] ?? part.name))
}

function newestFirst(a: SurveyedSet, b: SurveyedSet): number {
  return (b.createdAt?.getTime() ?? -Infinity) - (a.createdAt?.getTime() ?? -Infinity) || (a.name < b.name ? 1 : -1)
}

function isOfDisk(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown
}
