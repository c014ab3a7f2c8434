import { access } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { Fault, systemClock, type Clock } from '../core/index.ts'
import { isDump } from './choose-restore.ts'
import { isFromFuture } from './date-set.ts'
import { unfinishedFolders } from './directory-part.ts'
import { listCandidates, type Candidate } from './list-candidates.ts'
import { manifestName } from './manifest-name.ts'
import { openSet, statOf } from './open-set.ts'
import { problem } from './problem.ts'
import { reading } from './reading.ts'
import { walkSet } from './walk-set.ts'
import type { BackupProblem, BackupSet } from './types.ts'

/**
 * The backup that a rehearsal is about. A path that is a set or a dump is it; of a folder of sets it is the newest
 * complete one: by manifest, else by names, else by file times. Never one from the future, never one that is not all
 * there, never a checksum or another sidecar; newer sets that were passed over are in `problems`, with the reason.
 *
 * Throws `E_PATH_NOT_FOUND`, `E_BACKUP_NONE`, and if there are sets but none to take `E_BACKUP_FROM_FUTURE`,
 * `E_BACKUP_INCOMPLETE`, `E_BACKUP_MANIFEST` or `E_DUMP_FORMAT_UNSUPPORTED`, by what is wrong with the newest.
 */
export async function findLatestSet(path: string, clock: Clock = systemClock): Promise<BackupSet> {
  const folder = resolve(path)
  return reading(folder, () => findLatest(folder, clock))
}

async function findLatest(folder: string, clock: Clock): Promise<BackupSet> {
  if (!(await statOf(folder)).isDirectory()) return openSet(folder, clock)
  const { files, directoryDumps } = await walkSet(folder, { deep: false })
  const names = files.map(({ name }) => name)
  const isSet = directoryDumps.includes('') || names.includes(manifestName) || unfinishedFolders(names).includes('')
  if (isSet) return openSet(folder, clock)

  const { sets, problems } = await listCandidates(folder, clock)
  const only = sets.length === 1 ? sets[0] : undefined
  if (only?.loose && !only.named) {
    const set = await openSet(folder, clock)
    return { ...set, problems: [...set.problems, ...problems] }
  }
  const passed: BackupProblem[] = []
  for (const candidate of sets) {
    if (isFromFuture(candidate.createdAt, clock.now())) {
      passed.push(fromFuture(candidate))
      continue
    }
    const set = await candidate.open()
    const why = isFromFuture(set.createdAt, clock.now()) ? fromFuture(candidate) : whyNotWhole(set, candidate)
    if (why === null) {
      const passedOver = [...passed, ...problems]
      const isAlone = sets.length === 1 && set.root === folder
      return { ...set, problems: [...passedOver, ...set.problems], ...(isAlone ? {} : { passedOver }) }
    }
    passed.push(why)
  }
  if (passed.length === 0 && (await isDataDirectory(folder))) throw physicalCopy(folder)
  throw nothingToTake(folder, passed)
}

function fromFuture(candidate: Candidate): BackupProblem {
  const name = basename(candidate.name)
  return problem(
    'E_BACKUP_FROM_FUTURE',
    `${name} says it was taken at ${candidate.createdAt.toISOString()}, which has not come yet; it was passed over`,
    { hint: 'check the clocks of this machine and of the one that takes the backups', object: name },
  )
}

/** Why a set is not taken, as a problem of the one that is taken in its stead; null when it is all there. */
function whyNotWhole(set: BackupSet, candidate: Candidate): BackupProblem | null {
  const name = basename(candidate.name)
  const passedOver = (cause: BackupProblem, notice: boolean) =>
    problem(cause.code, `${name} was passed over: ${cause.message}`, { hint: cause.hint, object: name, notice })
  /* A manifest that can't be read is no backup on its way: something damaged the latest set. */
  const damaged = set.problems.find((item) => item.code === 'E_BACKUP_MANIFEST' && item.object === manifestName)
  if (damaged) return passedOver(damaged, false)
  const partial = set.problems.find(
    (item) => item.code === 'E_BACKUP_FILE_MISSING' || item.code === 'E_BACKUP_INCOMPLETE',
  )
  if (partial) return passedOver(partial, true)
  if (set.files.some((file) => isDump(file))) return null
  const locked = set.problems.find((item) => !item.notice)
  const none = problem('E_BACKUP_NONE', 'it holds no dump', { hint: 'remove it, or take a fresh backup' })
  return passedOver(locked ?? none, locked === undefined)
}

function isDataDirectory(folder: string): Promise<boolean> {
  return access(join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

function physicalCopy(folder: string): Fault {
  return new Fault('E_BACKUP_NONE', `${folder} holds no backup but a server’s own files: a physical copy`, {
    hint: 'only a server of the same major can start from it, and nothing here can look inside: take a dump with pg_dump beside it',
  })
}

function nothingToTake(folder: string, passed: readonly BackupProblem[]): Fault {
  const newest = passed.find((item) => item.code !== 'E_BACKUP_FROM_FUTURE') ?? passed[0]
  if (!newest) {
    return new Fault('E_BACKUP_NONE', `${folder} holds no backup`, {
      hint: 'looked for dumps (.sql, .dump, .backup, .tar; also .gz, .zst, .lz4) and folders of them, one level deep',
    })
  }
  const code = newest.code === 'E_BACKUP_FILE_MISSING' ? 'E_BACKUP_INCOMPLETE' : newest.code
  const others = passed.length > 1 ? ` (and ${passed.length - 1} more)` : ''
  return new Fault(code, `no set in ${folder} can be taken: ${newest.message}${others}`, { hint: newest.hint })
}
