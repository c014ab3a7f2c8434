import { checkFiles, isDump, type BackupSet } from '../../backup/index.ts'
import { countOf, Fault, faultCodes } from '../../core/index.ts'
import { outlineDump, type OutlinedDump } from '../../dump/index.ts'
import { chooseDumps } from '../choose-dumps.ts'
import type { BringBackRequest } from './types.ts'

/** A dump that will be restored, read from end to end. */
export interface ChosenDump {
  readonly path: string
  readonly name: string
  readonly dump: OutlinedDump
}

export interface ChosenFiles {
  readonly set: BackupSet
  readonly dumps: readonly ChosenDump[]
  readonly why: string
}

/**
 * Reads the dumps of a set and says which are restored. A dump with something in it that no writer of dumps puts there is
 * refused, and so is a damaged one: what comes back must be what was backed up.
 */
export async function chooseFiles(set: BackupSet, request: BringBackRequest): Promise<ChosenFiles> {
  const { progress, signal } = request
  await requireIntact(set, request)
  const files = set.files.filter((file) => isDump(file) && file.parts.some(({ bytes }) => bytes > 0))
  const read = new Map<string, OutlinedDump>()
  progress.begin(
    'read dump',
    files.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  let before = 0
  for (const file of files) {
    const onBytes = (bytes: number): void => progress.advance(before + bytes, file.name)
    read.set(file.name, await outlineDump(file.path, { signal, onBytes }))
    before += file.bytes
  }
  progress.end('read dump', countOf(files.length, 'dump'))
  const summaries = files.flatMap((file) => {
    const dump = read.get(file.name)
    return dump ? [{ file, summary: dump.summary }] : []
  })
  const { restored, why } = chooseDumps(set, summaries)
  const dumps = restored.flatMap(({ file: { name, path } }) => {
    const dump = read.get(name)
    return dump ? [{ name, path, dump }] : []
  })
  if (dumps.length === 0) {
    throw new Fault('E_BACKUP_NONE', `${set.name} holds no dump that can be restored`, {
      hint: '`rehearse inspect` says what a file is',
    })
  }
  for (const dump of dumps) requireSound(dump)
  return { set, dumps, why }
}

/** The files are what they were when they were written, as far as something says so. */
async function requireIntact(set: BackupSet, { progress, signal }: BringBackRequest): Promise<void> {
  const problem = set.problems.find(({ notice, code }) => !notice && faultCodes[code] === 'backup')
  if (problem) throw new Fault(problem.code, problem.message, { hint: problem.hint })
  progress.begin(
    'check files',
    set.files.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  let read = 0
  const checks = await checkFiles(set, { signal, onBytes: (bytes: number) => progress.advance((read += bytes)) })
  const bad = checks.find(({ state }) => state === 'changed' || state === 'missing' || state === 'empty')
  if (bad) throw new Fault('E_DUMP_DAMAGED', bad.message, { hint: bad.hint ?? 'fetch it again' })
  progress.end('check files', countOf(checks.length, 'file'))
}

function requireSound({ name, dump: { summary } }: ChosenDump): void {
  const [problem] = summary.problems
  if (problem) {
    const { code, line, message, hint } = problem
    throw new Fault(code, `${name}, line ${line}: ${message}`, { hint: `${hint}; nothing was restored` })
  }
  // Without any problem of its own a truncated dump must still be refused.
  if (summary.completeness === 'truncated') {
    throw new Fault('E_DUMP_TRUNCATED', `${name} does not end as its writer ends a dump`, {
      hint: 'take another backup; nothing was restored',
    })
  }
}
