import { readdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../core/index.ts'
import { dateSet } from './date-set.ts'
import { folderOfDump, unfinishedFolders } from './directory-part.ts'
import { groupFiles } from './group-files.ts'
import { isDumpName } from './name-kind.ts'
import { manifestName } from './manifest-name.ts'
import { openFolder, openGroup } from './open-set.ts'
import { problem } from './problem.ts'
import { readManifest } from './read-manifest.ts'
import { timeOfName } from './time-of-name.ts'
import { compareText, walkSet, type FoundFile } from './walk-set.ts'
import type { BackupProblem, BackupSet } from './types.ts'

/** A set that may be the latest: enough of it is read to know its time. */
export interface Candidate {
  readonly name: string
  /** It lies loose in the folder itself, not in a folder of its own. */
  readonly loose: boolean
  /** Its files' names say when it was taken: they tell it from the other backups that may come to lie there. */
  readonly named: boolean
  readonly createdAt: Date
  readonly lastWrittenAt: Date
  open(): Promise<BackupSet>
}

export interface Candidates {
  /** Newest first; of equal times the one written last, then the last by name. */
  readonly sets: readonly Candidate[]
  readonly problems: readonly BackupProblem[]
}

/* Where file systems keep what they found; nobody backs up into it. */
const notSets = new Set(['lost+found'])

/** Every set in a folder of sets: the backups lying loose in it, and those in its folders (not deeper). */
export async function listCandidates(folder: string, clock: Clock): Promise<Candidates> {
  const problems: BackupProblem[] = []
  const { files } = await walkSet(folder, { deep: false })
  const sets = candidatesOf(folder, files, clock, true)
  const dumps = new Set(files.map(({ name }) => folderOfDump(name)))
  const realFolder = await realpath(folder)
  for (const entry of await readdir(realFolder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || notSets.has(entry.name) || dumps.has(entry.name)) continue
    const path = join(realFolder, entry.name)
    if (entry.isSymbolicLink()) {
      const target = await realpath(path).catch(() => null)
      /* `latest -> 2025-10-22` names a set that is listed anyway. */
      if (target === null || dirname(target) === realFolder) continue
      problems.push(passedLink(entry.name))
    } else if (entry.isDirectory()) {
      try {
        sets.push(...(await candidatesIn(path, clock)))
      } catch (error) {
        if (!isUnreadable(error)) throw error
        problems.push(unreadable(entry.name))
      }
    }
  }
  sets.sort(
    (a, b) =>
      b.createdAt.getTime() - a.createdAt.getTime() ||
      b.lastWrittenAt.getTime() - a.lastWrittenAt.getTime() ||
      compareText(b.name, a.name),
  )
  return { sets, problems }
}

const digestOfDump = /\.(?:sql|dump|backup|tar)(?:\.(?:gz|zst|lz4|age))*\.(?:sha\d+|md5|b3)$/i

/** The sets in a folder of its own: itself, if it is sealed or a dump, else what lies in it. */
async function candidatesIn(root: string, clock: Clock): Promise<Candidate[]> {
  const { files } = await walkSet(root, { deep: false })
  const sealing = files.find((file) => file.name === manifestName)
  const names = files.map(({ name }) => name)
  const isOne = sealing !== undefined || names.includes('toc.dat') || unfinishedFolders(names).includes('')
  if (!isOne) {
    const found = candidatesOf(root, files, clock, false)
    // A checksum without its dump: a backup that never arrived. It is listed, so that it is named when it is passed over.
    const lacksDump = found.length === 0 && names.some((name) => digestOfDump.test(name))
    if (!lacksDump) return found
    return [
      candidate({ root, files, manifest: null, whole: true }, root, false, clock, () => openFolder(root, null, clock)),
    ]
  }
  const manifest = sealing ? (await readManifest(sealing.path)).manifest : null
  return [candidate({ root, files, manifest, whole: true }, root, false, clock, () => openFolder(root, null, clock))]
}

/** The backups that lie loose in a folder: files, and folders that are dumps. */
function candidatesOf(root: string, files: readonly FoundFile[], clock: Clock, loose: boolean): Candidate[] {
  const groups = groupFiles(files.map((file) => file.name))
  return groups.map((names) => {
    const members = files.filter((file) => names.includes(file.name))
    const whole = groups.length === 1 && !loose
    const alone = names.length === 1 && !whole ? folderOfDump(names[0] ?? '') : null
    if (alone !== null) {
      const own = join(root, alone)
      const source = { root: own, files: members, manifest: null, whole: true }
      return candidate(source, own, false, clock, () => openFolder(own, null, clock))
    }
    const main = names.find((name) => isDumpName(name) || folderOfDump(name) !== null) ?? names[0] ?? ''
    const name = whole ? root : join(root, folderOfDump(main) ?? main)
    return candidate({ root, files: members, manifest: null, whole }, name, loose, clock, () =>
      whole ? openFolder(root, names, clock) : openGroup(root, names, clock),
    )
  })
}

function candidate(
  source: Parameters<typeof dateSet>[0] & { readonly files: readonly FoundFile[] },
  name: string,
  loose: boolean,
  clock: Clock,
  open: () => Promise<BackupSet>,
): Candidate {
  const written = source.files.map((file) => file.modifiedAt.getTime())
  const lastWrittenAt = new Date(written.reduce((latest, time) => Math.max(latest, time), 0))
  const { createdAt } = dateSet(source, clock.now())
  const named = source.files.some((file) => timeOfName(file.name) !== null)
  return { name, loose, named, createdAt: createdAt ?? lastWrittenAt, lastWrittenAt, open }
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')
}

function unreadable(name: string): BackupProblem {
  return problem('E_FILE_UNREADABLE', `the folder ${name} may not be read: it may hold a later set`, {
    hint: 'give the rehearsal read access to it, or move it elsewhere',
    object: name,
  })
}

function passedLink(name: string): BackupProblem {
  return problem('E_BACKUP_UNSAFE_FILE', `${name} is a symlink that leaves the folder, and was passed over`, {
    hint: 'if it is a backup set, name where it leads instead',
    object: name,
    notice: true,
  })
}
