import { styleText } from 'node:util'
import type { ChecklistReport, JudgedItem } from '../harness/backup/index.ts'
import { formatDuration } from '../harness/core/index.ts'

const marks = {
  done: ['done', 'green'],
  missing: ['MISSING', 'red'],
  open: ['to do', 'yellow'],
  later: ['later', 'dim'],
} as const

/** Step by step; what to do about what is not done; last one line with the answer. */
export function renderChecklist(report: ChecklistReport, color: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text
  const width = Math.max(...report.items.map(({ text }) => text.length))
  const lines = [`Migration ${minute(report.migrationAt)}, now ${relativeNow(report)}`]
  let step: number | null = null
  for (const item of report.items) {
    if (item.step !== step) lines.push('', paint('bold', `T-${item.step}`))
    step = item.step
    const [word, style] = marks[item.state]
    lines.push(`  ${paint(style, word.padEnd(7))}  ${item.text.padEnd(width)}  ${saysOf(item)}`)
    if (item.hint !== null && (item.state === 'missing' || item.state === 'open'))
      lines.push(`             → ${item.hint}`)
  }
  if (report.expiring.length > 0) {
    const names = report.expiring.slice(0, 5).join(', ')
    const more = report.expiring.length > 5 ? ` and ${report.expiring.length - 5} more` : ''
    lines.push('', `note: a prune before ${minute(report.expiresUntil)} would delete ${names}${more}`)
  }
  const style = report.answer === 'NO-GO' ? 'red' : report.complete ? 'green' : 'yellow'
  return `\n${[...lines, '', paint(style, answerLine(report))].map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`
}

function answerLine({ answer, complete, missing, items }: ChecklistReport): string {
  if (answer === 'NO-GO') return `NO-GO: ${missing.length} of ${items.length} missing: ${missing.join(', ')}`
  if (complete) return 'GO: everything is done'
  const left = items.filter(({ state }) => state !== 'done').length
  return `GO SO FAR: nothing is overdue; ${left} of ${items.length} still to do before T-0`
}

function saysOf({ state, due, why }: JudgedItem): string {
  const by = `due ${due.slice(11, 16)} UTC`
  return state === 'later' ? by : state === 'open' ? `${why} (${by})` : why
}

function relativeNow({ at, migrationAt }: ChecklistReport): string {
  const ms = Date.parse(at) - Date.parse(migrationAt)
  return `${ms < 0 ? 'T-' : 'T+'}${formatDuration(Math.abs(ms))} (${minute(at)})`
}

function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`
}
