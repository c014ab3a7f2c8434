import type { SetStatus, StatusReport } from '../harness/backup/index.ts'
import { formatBytes, formatDuration, scrubLine } from '../harness/core/index.ts'
import { renderTable, type Cell } from './render-table.ts'

const styles = { GO: 'green', 'NO-GO': 'red', UNDECIDED: 'yellow' } as const

/** A table of sets, newest first; what is worth a look; and last one line that says how it stands, and why. */
export function renderStatus(report: StatusReport, color: boolean): string {
  const head = ['set', 'taken', 'age', 'label', 'size', 'last rehearsal', 'says']
  const table = renderTable(head, report.sets.map(rowOf), { color, right: [4] })
  const notes = report.notes.map((note) => `  note: ${note}\n`).join('')
  const word = report.answer === 'fresh' ? 'OK' : 'STALE'
  return `\n${report.sets.length > 0 ? `${table}\n` : ''}${notes}${notes ? '\n' : ''}  ${word}: ${report.why}\n`
}

function rowOf(set: SetStatus): readonly Cell[] {
  return [
    set.name,
    set.createdAt?.slice(0, 'yyyy-mm-ddThh:mm'.length).replace('T', ' ') ?? 'unknown',
    set.fromFuture ? 'future' : set.ageMs === null ? '?' : formatDuration(Math.max(0, set.ageMs)),
    set.label ?? '',
    formatBytes(set.bytes),
    set.last ? `${formatDuration(Math.max(0, set.last.agoMs))} ago` : 'never',
    saysOf(set),
  ]
}

function saysOf({ last, problem }: SetStatus): Cell {
  if (problem !== null) return { text: `damaged: ${problem}`, style: 'red' }
  if (last === null) return ''
  const reason = last.answer === 'GO' ? '' : `  ${scrubLine(last.reason, 80)}`
  return { text: `${last.answer}${reason}`, style: styles[last.answer] }
}
