import { formatBytes } from '../core/index.ts'
import { checkStatus, counted, formatCount, formatMoment, restorerText } from './record-digest.ts'
import type { RehearsalRecord } from './types.ts'

/** ✅ seen to hold, ❌ seen not to, ⬜ for people to tick: a rehearsal can't know. */
export type Tick = '✅' | '❌' | '⬜'

export interface Criterion {
  readonly tick: Tick
  readonly what: string
  readonly evidence: string
}

/** What must hold before the migration goes on; `missingFields` are the fields of the log that nobody filled in. */
export function acceptanceCriteria(record: RehearsalRecord, missingFields: readonly string[]): Criterion[] {
  const { backup } = record
  const found = backup === null ? 'no backup was found' : `backup set "${backup.name}" by ${backup.writer}`
  return [
    {
      tick: backup === null ? '❌' : '✅',
      what: 'Manual backup created',
      evidence: `${found}; what the Supabase dashboard holds is not visible to a rehearsal`,
    },
    { tick: backupStatus(record), what: 'Backup is complete and without errors', evidence: statusEvidence(record) },
    { tick: sizeTick(record), what: 'Backup size appears reasonable (not 0 KB)', evidence: sizeEvidence(record) },
    {
      tick: backup === null ? '❌' : '✅',
      what: 'Backup ID/name documented in backup log',
      evidence: backup === null ? found : 'above',
    },
    { tick: tableTick(record), what: 'Table count verified', evidence: tableEvidence(record) },
    {
      tick: missingFields.length === 0 ? '✅' : '⬜',
      what: 'Backup log template filled out completely',
      evidence: missingFields.length === 0 ? 'every field is filled in' : `still open: ${missingFields.join(', ')}`,
    },
    {
      tick: restorationTick(record),
      what: 'Restoration procedure confirmed available',
      evidence: restorationEvidence(record),
    },
    { tick: '⬜', what: 'Team notified of backup completion', evidence: 'for people to confirm' },
  ]
}

/** The criteria of the migration day, as far as a rehearsal can speak for them. */
export function goCriteria(record: RehearsalRecord): Criterion[] {
  const people = 'for people to confirm'
  return [
    { tick: backupStatus(record), what: 'All backup files generated successfully', evidence: statusEvidence(record) },
    { tick: integrityTick(record), what: 'Backup integrity verified', evidence: integrityEvidence(record) },
    {
      tick: restorationTick(record),
      what: 'Restore procedures tested and validated',
      evidence: restorationEvidence(record),
    },
    { tick: '⬜', what: 'Emergency rollback plan confirmed ready', evidence: people },
    { tick: '⬜', what: 'Team communication channels established', evidence: people },
  ]
}

/** Its end was seen and its files are intact. */
export function backupStatus(record: RehearsalRecord): Tick {
  if (record.backup === null) return '❌'
  return worstOf(record, ['completeness', 'artefacts', 'content kind'])
}

/** Within the sizes config names; without any, at least something in every file. */
export function sizeTick(record: RehearsalRecord): Tick {
  const { backup } = record
  if (backup === null || backup.totalBytes === 0) return '❌'
  const judged = checkStatus(record, 'size')
  if (judged === 'differs' || backup.files.some(({ state }) => state === 'empty' || state === 'missing')) return '❌'
  return judged === 'same' || (judged === null && backup.files.length > 0) ? '✅' : '⬜'
}

export function sizeEvidence(record: RehearsalRecord): string {
  const { backup } = record
  if (backup === null) return 'no backup was found'
  const judged = record.verdict.checks.find(({ check }) => check === 'size')
  const size = `${formatBytes(backup.totalBytes)} in ${counted(backup.files.length, 'file')}`
  return judged === undefined ? `${size}; config names no expected sizes` : `${size}; ${judged.summary}`
}

/** Really restored, statement by statement, into a disposable database. */
export function restorationTick(record: RehearsalRecord): Tick {
  return record.restore === null && checkStatus(record, 'restore') !== 'differs' ? '⬜' : worstOf(record, ['restore'])
}

export function restorationEvidence({ restore, engine, finishedAt }: RehearsalRecord): string {
  if (restore === null || engine === null) return 'nothing was restored'
  const refused = restore.refused.filter(({ harmless }) => !harmless).length
  const into = `restored into a disposable Postgres ${engine.version} (${engine.kind}) by ${restorerText(restore.restorer)} on ${formatMoment(finishedAt)}`
  return `${into}: ${counted(restore.statements, 'statement')}, ${counted(restore.rows, 'row')}, ${formatCount(refused)} refused`
}

function statusEvidence(record: RehearsalRecord): string {
  if (record.backup === null) return 'no backup was found'
  return summaries(record, ['completeness', 'content kind'])
}

function integrityTick(record: RehearsalRecord): Tick {
  return worstOf(record, ['artefacts', 'completeness'])
}

function integrityEvidence(record: RehearsalRecord): string {
  return summaries(record, ['artefacts', 'completeness'])
}

/** Against the list in config, or else against production's own schema. */
function tableTick(record: RehearsalRecord): Tick {
  const named = worstOf(record, ['tables'])
  return named === '⬜' ? worstOf(record, ['schema']) : named
}

function tableEvidence(record: RehearsalRecord): string {
  const count = counted(record.tables.length, 'table')
  const by = checkStatus(record, 'tables') === null ? 'schema' : 'tables'
  const summary = summaries(record, [by])
  return summary === '' ? count : `${count}; ${summary}`
}

type Named = 'completeness' | 'artefacts' | 'content kind' | 'restore' | 'tables' | 'schema'

function worstOf(record: RehearsalRecord, checks: readonly Named[]): Tick {
  const statuses = checks.map((check) => checkStatus(record, check))
  if (statuses.includes('differs')) return '❌'
  return statuses.every((status) => status === 'same') ? '✅' : '⬜'
}

function summaries(record: RehearsalRecord, checks: readonly Named[]): string {
  return record.verdict.checks
    .filter(({ check }) => checks.some((each) => each === check))
    .map(({ summary }) => summary)
    .join('; ')
}
