import { asFault, Fault } from '../core/index.ts'
import type { BackupSet } from '../backup/index.ts'
import { readFacts, type Facts } from '../facts/index.ts'
import type { FindingBook } from './finding-book.ts'
import { observeProduction } from './observe-production.ts'
import type { Situation } from './situation.ts'

/** What the restored copy is compared with: facts recorded with the dump, else live production, else nothing. */
export async function loadBaseline(
  set: BackupSet | null,
  situation: Situation,
  environment: NodeJS.ProcessEnv,
  book: FindingBook,
): Promise<Facts | null> {
  const { values } = situation.config
  const path = values.baseline ?? set?.files.find(({ kind }) => kind === 'baseline')?.path ?? null
  try {
    if (path) return await readBaseline(path, book)
    if (values.production) {
      const facts = await observeProduction(values.production, situation, environment)
      book.same('baseline', null, `live production (${values.production}), observed ${facts.takenAt}`)
      return facts
    }
  } catch (thrown) {
    if (situation.signal.aborted) throw thrown
    const fault = asFault(thrown)
    if (fault.kind === 'defect' || (fault.kind === 'refused' && fault.code !== 'E_BASELINE_INVALID')) throw fault
    book.fault('baseline', path ?? values.production, asOpen(fault))
    return null
  }
  if (values.parity === 'required') {
    book.notChecked(
      'baseline',
      null,
      'nothing to compare the restored database with',
      'give --production env:NAME, put the facts recorded with the dump beside it, or set parity to not-required',
    )
  }
  return null
}

/** A baseline that can't be read says nothing about the backup. */
function asOpen(fault: Fault): Fault {
  return fault.kind === 'environment'
    ? fault
    : new Fault('E_FILE_UNREADABLE', fault.message, { hint: fault.hint ?? 'record it again', cause: fault })
}

async function readBaseline(path: string, book: FindingBook): Promise<Facts> {
  const facts = await readFacts(path).catch((cause: unknown) => {
    if (cause instanceof Fault) throw cause
    throw new Fault('E_FILE_UNREADABLE', `cannot read the baseline ${path}`, {
      hint: 'check the path and its permissions',
      cause,
    })
  })
  book.same(
    'baseline',
    null,
    `facts of ${facts.takenAt}, ${facts.source === 'dump-snapshot' ? "recorded in the dump's snapshot" : `recorded from ${facts.source}`}`,
  )
  return facts
}
