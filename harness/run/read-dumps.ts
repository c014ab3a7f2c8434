import { Fault, asFault, faultCodes } from '../core/index.ts'
import { isDump, type BackupFile, type BackupSet } from '../backup/index.ts'
import { outlineDump, type DumpSummary, type OutlinedDump } from '../dump/index.ts'
import type { FindingBook } from './finding-book.ts'
import type { Situation } from './situation.ts'

/** One dump of a set, read from end to end without a server. */
export interface ReadDump {
  readonly file: BackupFile
  readonly summary: DumpSummary
}

/** What a restore plans with, of each dump. Large: let go as soon as it is clear that nothing needs it any more. */
export type Outlines = Map<BackupFile, OutlinedDump>

/**
 * Reads every dump of the set offline, so that what is damaged or hostile is known before anything starts. A dump that
 * can't be read is a finding; the others are still read.
 */
export async function readDumps(
  set: BackupSet,
  situation: Situation,
  outlines: Outlines,
  book: FindingBook,
): Promise<readonly ReadDump[]> {
  const files = dumpsOf(set)
  const total = files.reduce((sum, file) => sum + file.bytes, 0)
  situation.progress.begin('read dump', total)
  const read: ReadDump[] = []
  let before = 0
  for (const file of files) {
    try {
      const onBytes = (bytes: number): void => situation.progress.advance(before + bytes, file.name)
      const outlined = await outlineDump(file.path, { signal: situation.signal, onBytes })
      const { summary } = outlined
      judgeProblems(file, summary, book)
      read.push({ file, summary })
      outlines.set(file, outlined)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.kind === 'defect' || fault.code === 'E_INTERRUPTED') throw fault
      book.fault('completeness', file.name, prefixed(file, fault))
    }
    before += file.bytes
  }
  return read
}

/** Names of the dumps that are there and were not read. */
export function unreadDumps(set: BackupSet, read: readonly ReadDump[]): readonly string[] {
  return dumpsOf(set)
    .filter((file) => !read.some((dump) => dump.file === file))
    .map(({ name }) => name)
}

function dumpsOf(set: BackupSet): BackupFile[] {
  return set.files.filter((file) => isDump(file) && file.parts.some(({ bytes }) => bytes > 0))
}

function prefixed(file: BackupFile, fault: Fault): Fault {
  return new Fault(fault.code, `${file.name}: ${fault.message}`, {
    ...(fault.hint ? { hint: fault.hint } : {}),
    cause: fault,
  })
}

function judgeProblems(file: BackupFile, summary: DumpSummary, book: FindingBook): void {
  for (const problem of summary.problems) {
    const object = problem.object ? `${file.name}: ${problem.object}` : file.name
    const message = `${file.name}, line ${problem.line}: ${problem.message}`
    if (faultCodes[problem.code] === 'backup') book.differs('completeness', object, message, { remedy: problem.hint })
    else book.notChecked('completeness', object, message, problem.hint)
  }
  // Without any problem of its own a truncated dump must still be red.
  if (summary.completeness === 'truncated' && summary.problems.length === 0) {
    book.differs('completeness', file.name, `${file.name} does not end as its writer ends a dump`, {
      remedy: 'take a fresh dump',
    })
  }
  if (summary.completeness === 'complete' && summary.problems.length === 0) {
    book.same('completeness', file.name, `${file.name} was written to its end`)
  }
}

/** A dump with something in it that no writer of dumps puts there, or that is no dump at all, must not be run. */
export function isUnsafe(dumps: readonly ReadDump[]): boolean {
  return dumps.some(({ summary }) => summary.problems.some(({ code, fatal }) => fatal && code !== 'E_DUMP_TRUNCATED'))
}
