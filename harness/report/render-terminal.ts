import { formatBytes, formatDuration } from '../core/index.ts'
import type { Answer } from '../verdict/index.ts'
import { migrationLines } from './migration-digest.ts'
import {
  baselineText,
  counted,
  formatCount,
  inoculationText,
  meaning,
  reasonText,
  restorerText,
  comparedText,
  uncheckedItems,
} from './record-digest.ts'
import { terminalText, wrapText } from './terminal-text.ts'
import type { RehearsalRecord } from './types.ts'

export interface TerminalOptions {
  /** The caller knows about NO_COLOR, and whether this is a terminal. */
  readonly color: boolean
  readonly width: number
  /** Folder of the evidence, when it was written. */
  readonly evidence?: string | null
}

/** More than these, and nobody reads the fourth. The report has them all. */
const reasonsShown = { GO: 3, 'NO-GO': 4, UNDECIDED: 3 } as const
const paint: Readonly<Record<Answer, string>> = { GO: '42;30', 'NO-GO': '41;97', UNDECIDED: '43;30' }
const mark: Readonly<Record<Answer, string>> = { GO: '✓', 'NO-GO': '✗', UNDECIDED: '?' }
const ink: Readonly<Record<Answer, string>> = { GO: '32', 'NO-GO': '31', UNDECIDED: '33' }

/** The end of a rehearsal as a person at a terminal reads it: the answer, why, what it stands on, what is open. */
export function renderTerminal(record: RehearsalRecord, { color, width, evidence = null }: TerminalOptions): string {
  const style = (codes: string, text: string): string => (color ? `\u001b[${codes}m${text}\u001b[0m` : text)
  const room = Math.max(40, Math.min(width, 110))
  const { answer, reasons } = record.verdict
  const hang = (first: string, text: string, codes: string | null = null): string[] =>
    wrapText(terminalText(text), room - 6).map(
      (line, index) => `  ${index === 0 ? first : ' '} ${codes === null ? line : style(codes, line)}`,
    )

  const head = wrapText(`${terminalText(record.project)}: ${meaning[answer]}`, room - answer.length - 7)
  const lines = [
    `  ${style(`1;${paint[answer]}`, ` ${answer} `)}  ${style('1', head[0] ?? '')}`,
    ...head.slice(1).map((line) => `${' '.repeat(answer.length + 6)}${style('1', line)}`),
  ]
  lines.push('')
  const shown = reasons.slice(0, reasonsShown[answer])
  for (const reason of shown) {
    lines.push(...hang(style(ink[answer], mark[answer]), reasonText(reason)))
    if (reason.remedy !== null && answer !== 'GO') lines.push(...hang(' ', `→ ${reason.remedy}`, '2'))
  }
  if (reasons.length > shown.length) {
    lines.push(`    ${style('2', `and ${reasons.length - shown.length} more in the report`)}`)
  }
  lines.push('')
  for (const [label, text] of facts(record, evidence)) {
    const [first = '', ...more] = wrapText(terminalText(text), room - 14)
    lines.push(`  ${style('2', label.padEnd(11))} ${first}`, ...more.map((line) => `${' '.repeat(14)}${line}`))
  }
  if (record.migration !== null) {
    const { answer: own, reason } = record.migration
    lines.push('', `  ${style(`1;${paint[own]}`, ` ${own} `)}  ${style('1', `Migration: ${terminalText(reason)}`)}`)
    for (const { indent, text } of migrationLines(record.migration)) {
      lines.push(...wrapText(terminalText(text), room - 6 - indent).map((line) => `    ${' '.repeat(indent)}${line}`))
    }
  }
  return `${lines.join('\n')}\n`
}

function facts(record: RehearsalRecord, evidence: string | null): (readonly [label: string, text: string])[] {
  const { backup, engine } = record
  const inoculation = inoculationText(record)
  const compared = comparedText(record)
  const unchecked = uncheckedItems(record)
  const required = unchecked.filter((item) => item.required).length
  return [
    ['Backup', backup === null ? 'none found' : backupText(backup)],
    [
      'Engine',
      engine === null
        ? 'none was started'
        : `${engine.kind} Postgres ${engine.version}, network: ${engine.isolation.network}`,
    ],
    ['Compared', record.restore === null ? 'nothing was restored' : `${compared}, with ${baselineText(record)}`],
    ...contentLeftOut(record),
    ...(inoculation === null ? [] : [['Proof', inoculation] as const]),
    [
      'Time',
      `${formatDuration(record.durationMs)} (of the rehearsal; not a recovery time)${record.restore === null ? '' : `, restored by ${restorerText(record.restore.restorer)}`}`,
    ],
    [
      'Not checked',
      unchecked.length === 0
        ? 'nothing is open'
        : `${counted(unchecked.length, 'thing')}${required > 0 ? `, ${formatCount(required)} of them required` : ''}: see the report`,
    ],
    ...(evidence === null ? [] : [['Evidence', evidence] as const]),
  ]
}

/** Rows that could have been compared, and by choice were only counted. */
function contentLeftOut({ baseline, findings }: RehearsalRecord): (readonly [label: string, text: string])[] {
  const chosen = findings.find(
    ({ check, status, object, notice }) =>
      check === 'row content' && status === 'not-checked' && object === null && notice,
  )
  return baseline.source === 'dump-snapshot' && chosen ? [['Left out', chosen.message]] : []
}

function backupText({ name, ageMs, totalBytes, files }: NonNullable<RehearsalRecord['backup']>): string {
  const age = ageMs === null ? 'age unknown' : `${formatDuration(ageMs)} old`
  return `${name}, ${age}, ${formatBytes(totalBytes)} in ${counted(files.length, 'file')}`
}
