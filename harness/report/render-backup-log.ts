import { formatDuration } from '../core/index.ts'
import { acceptanceCriteria, goCriteria, type Criterion } from './acceptance-criteria.ts'
import { backupLogFields, missingFields, type LogField } from './backup-log-fields.ts'
import { markdownCode, markdownTable, markdownText } from './markdown-text.ts'
import {
  formatCount,
  formatMoment,
  inoculationText,
  isProblem,
  meaning,
  reasonText,
  uncheckedItems,
} from './record-digest.ts'
import type { RehearsalRecord, TableRecord } from './types.ts'

const statusSign = { same: '✅', differs: '❌', 'not-checked': '⬜' } as const
const answerSign = { GO: '✅', 'NO-GO': '❌', UNDECIDED: '⬜' } as const

/**
 * `backup-log.md`: every field of the production backup log, from the record alone. What nobody recorded says so, and
 * the signatures of people stay theirs.
 */
export function renderBackupLog(record: RehearsalRecord): string {
  const fields = backupLogFields(record)
  const { verdict } = record
  return `${[
    '# Production Backup Log',
    `**Verdict of the rehearsal:** ${answerSign[verdict.answer]} **${verdict.answer}**. ${meaning[verdict.answer]}`,
    verdict.reasons
      .map((reason) => {
        const remedy = reason.remedy === null || verdict.answer === 'GO' ? '' : ` → *${markdownText(reason.remedy)}*`
        return `- ${markdownText(reasonText(reason))}${remedy}`
      })
      .join('\n'),
    '## Backup Information',
    list(fields.information),
    '## Verification',
    list(fields.verification),
    '## Purpose',
    fields.purpose.value ?? 'not recorded',
    '## Retention',
    list(fields.retention),
    '## Notes',
    notes(record),
    '## Sign-off',
    list(fields.signOff, '____________________'),
    '## Acceptance Criteria',
    criteria(acceptanceCriteria(record, missingFields(fields))),
    '## Go/No-Go Criteria',
    criteria(goCriteria(record)),
    '## Tables',
    tables(record.tables),
    '## Files',
    files(record),
    '## Not Checked',
    notChecked(record),
    `*Rehearsal ${markdownCode(record.id)} of ${markdownText(record.project)}, ${formatMoment(record.startedAt)}, ${formatDuration(record.durationMs)}, rehearse ${markdownText(record.tool.version)}.*`,
  ].join('\n\n')}\n`
}

function list(fields: readonly LogField[], blank = 'not recorded'): string {
  return fields.map(({ label, value }) => `- **${label}:** ${value ?? blank}`).join('\n')
}

function criteria(all: readonly Criterion[]): string {
  return all.map(({ tick, what, evidence }) => `- ${tick} ${what}: ${markdownText(evidence)}`).join('\n')
}

function notes(record: RehearsalRecord): string {
  const { verdict, schemaDiffs, migration } = record
  const inoculation = inoculationText(record)
  const lines = [
    ...(migration === null
      ? []
      : [`- Rehearsed migration: **${migration.answer}**, ${markdownText(migration.reason)}`]),
    ...(inoculation === null ? [] : [`- Proof that a bad backup would have been seen: ${markdownText(inoculation)}`]),
    ...verdict.notices.map(({ check, message }) => `- Notice, ${markdownText(check)}: ${markdownText(message)}`),
    ...verdict.waivers
      .filter(({ state }) => state !== 'applied')
      .map(({ waiver, state }) => {
        const subject = `${markdownText(waiver.check)}, ${markdownCode(waiver.object)}`
        const why = state === 'expired' ? `void since ${markdownText(waiver.expires)}` : 'void: it matched nothing'
        return `- Waiver for ${subject} (${markdownText(waiver.owner)}: ${markdownText(waiver.reason)}): ${why}`
      }),
    ...schemaDiffs.map(({ object }) => `- Schema differs: ${markdownCode(object)} (its difference is in the report)`),
  ]
  return lines.length === 0 ? 'None.' : lines.join('\n')
}

function tables(all: readonly TableRecord[]): string {
  if (all.length === 0) return 'No table was seen.'
  const ordered = [...all.filter(isProblem), ...all.filter((table) => !isProblem(table))]
  return markdownTable(
    ['Table', 'Expected rows', 'In the dump', 'Restored', 'Count', 'Content'],
    ordered.map(({ table, expected, dumped, restored, counts, content }) => [
      markdownCode(table),
      ...[expected, dumped, restored].map((rows) => markdownText(formatCount(rows))),
      statusSign[counts],
      statusSign[content],
    ]),
    [1, 2, 3],
  )
}

function files({ backup }: RehearsalRecord): string {
  if (backup === null || backup.files.length === 0) return 'No file was found.'
  return markdownTable(
    ['File', 'Kind', 'Bytes', 'State', 'SHA-256'],
    backup.files.map(({ name, kind, bytes, state, sha256 }) => [
      markdownCode(name),
      markdownText(kind),
      formatCount(bytes),
      state,
      sha256 === null ? 'not recorded' : markdownCode(sha256),
    ]),
    [2],
  )
}

function notChecked(record: RehearsalRecord): string {
  const items = uncheckedItems(record)
  if (items.length === 0) return 'Nothing is open.'
  return items
    .map(({ what, why, required }) => `- ${required ? '**required** ' : ''}${markdownText(what)}: ${markdownText(why)}`)
    .join('\n')
}
