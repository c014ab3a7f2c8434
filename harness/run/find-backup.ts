import { countOf, faultCodes, formatDuration, type Clock } from '../core/index.ts'
import { checkFiles, findLatestSet, isDump, type BackupSet, type FileCheck } from '../backup/index.ts'
import type { ConfigValues } from '../config/index.ts'
import type { FindingBook } from './finding-book.ts'
import { judgeToolLogs } from './judge-tool-logs.ts'
import type { Situation } from './situation.ts'

/** Finds the set and says of it what its names and its manifest say: problems, and its age. */
export async function findBackup(situation: Situation, book: FindingBook): Promise<BackupSet> {
  const { config, clock } = situation
  const set = await findLatestSet(config.values.backup.path, clock)
  for (const problem of set.problems) {
    const remedy = problem.hint
    if (problem.notice) book.notice('artefacts', problem.object, problem.message, remedy)
    else if (faultCodes[problem.code] === 'backup')
      book.differs('artefacts', problem.object, problem.message, { remedy })
    else book.notChecked('artefacts', problem.object, problem.message, remedy)
  }
  judgeAge(set, config.values, clock, book)
  return set
}

function judgeAge(set: BackupSet, { budgets }: ConfigValues, clock: Clock, book: FindingBook): void {
  if (budgets.rpoMs === null) return
  if (!set.createdAt) {
    book.notChecked('age', set.name, `nothing says when ${set.name} was taken`, 'seal the set with a manifest')
    return
  }
  const ageMs = clock.now().getTime() - set.createdAt.getTime()
  const words = { expected: `at most ${formatDuration(budgets.rpoMs)}`, actual: formatDuration(ageMs) }
  const message = `the backup is ${words.actual} old, ${words.expected} by the recovery point objective`
  if (ageMs > budgets.rpoMs)
    book.differs('age', set.name, message, {
      ...words,
      remedy: 'take a fresh backup, and see why the schedule did not',
    })
  else book.same('age', set.name, message, words)
}

/** Reads every file from end to end against the digests written at backup time. */
export async function checkArtefacts(
  set: BackupSet,
  situation: Pick<Situation, 'signal' | 'progress'>,
  book: FindingBook,
): Promise<readonly FileCheck[]> {
  const total = set.files.reduce((sum, file) => sum + file.bytes, 0)
  situation.progress.begin('check files', total)
  let read = 0
  const checks = await checkFiles(set, {
    signal: situation.signal,
    onBytes: (bytes: number) => situation.progress.advance((read += bytes)),
  })
  for (const check of checks) judgeFile(check, book)
  judgeUnsealed(set, checks, book)
  await judgeToolLogs(set, book)
  return checks
}

function judgeFile(check: FileCheck, book: FindingBook): void {
  const remedy = check.hint ?? 'fetch the file again'
  switch (check.state) {
    case 'intact':
      return book.same('artefacts', check.name, check.message)
    case 'unsealed':
      return undefined // said once for all of them
    case 'changed':
    case 'missing':
    case 'empty':
      if (book.findings.some(({ object }) => object === check.name)) return undefined // said with the set
      return book.differs('artefacts', check.name, check.message, { remedy })
    case 'extra':
      return book.notice('artefacts', check.name, check.message, remedy)
    default:
      throw new TypeError(`unhandled ${JSON.stringify(check.state satisfies never)}`)
  }
}

/**
 * Dumps of which no checksum was written down: what they hold is judged by what comes out of them. Nobody may read that
 * they are what was written, so they are no count beside those that are. Sums and logs that lie beside them have none.
 */
function judgeUnsealed(set: BackupSet, checks: readonly FileCheck[], book: FindingBook): void {
  const dumps = new Set(set.files.filter(isDump).map(({ name }) => name))
  const any = checks.filter(({ state }) => state === 'unsealed')
  const ofDumps = any.filter(({ file }) => file !== null && dumps.has(file))
  const unsealed = ofDumps.length > 0 || book.has('artefacts') ? ofDumps : any
  const [first] = unsealed
  if (first === undefined) return
  const sized = unsealed.filter(({ expected }) => expected !== null).length
  const files = countOf(unsealed.length, 'file')
  const asFar = sized === 0 ? 'nothing' : sized === unsealed.length ? 'only the size, which agrees,' : 'no checksum'
  const many = `${asFar} was written down at backup time about ${files}`
  const message = unsealed.length === 1 ? first.message : many
  if (checks.some(({ state }) => state === 'intact')) book.notice('artefacts', null, message, first.hint)
  else book.same('artefacts', null, message)
}
