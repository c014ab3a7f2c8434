import { formatBytes, formatDuration } from '../../core/index.ts'
import { markup, type Markup } from '../markup.ts'
import { lockText, rewriteText, tableText } from '../migration-digest.ts'
import { counted } from '../record-digest.ts'
import type { MigrationReport, RehearsalRecord } from '../types.ts'
import { code, folded, pairsMarkup, statusMarkup, type Section } from './parts.ts'
import { diffsMarkup } from './schema-diffs.ts'

const statuses = { GO: 'same', 'NO-GO': 'differs', UNDECIDED: 'not-checked' } as const

/** Beside the backup's answer, in sight: a failed migration turns the exit code whatever the backup is. */
export function migrationLine({ migration }: RehearsalRecord): Markup | null {
  if (migration === null) return null
  const { answer, reason } = migration
  return markup`<p class="migration"><a href="#migration">Migration</a>: ${statusMarkup(statuses[answer], answer)}, ${reason}</p>`
}

export function migrationSection({ migration }: RehearsalRecord): Section | null {
  if (migration === null) return null
  const { answer, reason, remedy, changes, locks } = migration
  return {
    id: 'migration',
    title: 'Migration',
    aside: 'on a clone of the restored copy, with an answer of its own',
    body: markup`<p>${statusMarkup(statuses[answer], answer)} ${reason}${remedy === null ? null : markup`<span class="remedy">${remedy}</span>`}</p>
${pairsMarkup(runPairs(migration))}
${outputMarkup(migration)}
${listMarkup(
  'What it lost',
  'loss',
  (changes?.losses ?? []).map(({ text }) => text),
)}
${listMarkup('What it locked', 'lock', locks.map(lockText))}
${listMarkup('What it rewrote', 'relation', (changes?.rewrites ?? []).map(rewriteText))}
${listMarkup('Rows', 'table', (changes?.tables ?? []).map(tableText))}
${changes === null || changes.schemaDiffs.length === 0 ? null : markup`<h3>Schema</h3>${diffsMarkup(changes.schemaDiffs)}`}`,
  }
}

function runPairs({ command, run, log }: MigrationReport): readonly (readonly [string, Markup])[] {
  if (run === null) return [['Command', code(command)]]
  const { exitCode, killedBy, timedOut, durationMs, connections, leftBehind, outputBytes } = run
  const end = timedOut ? 'ended at its time limit' : killedBy === null ? `exit code ${String(exitCode)}` : killedBy
  const left = leftBehind.length === 0 ? '' : `; it left ${leftBehind.join(', ')} running, which was ended`
  return [
    ['Command', code(command)],
    ['Ended', markup`${end}, after ${formatDuration(durationMs)}, with ${counted(connections, 'connection')}${left}`],
    ['Locks', markup`looked at every 50 ms: shorter ones may go unseen`],
    ['Output', log === null ? markup`none` : markup`${code(log)}, ${formatBytes(outputBytes)}`],
  ]
}

function outputMarkup({ answer, run }: MigrationReport): Markup | null {
  if (answer === 'GO' || run === null || run.lastLines.length === 0) return null
  const lines = run.lastLines.map((line) => markup`<span class="both">${line === '' ? ' ' : line}</span>`)
  return markup`<h3>The end of its output</h3><pre class="diff">${lines}</pre>`
}

function listMarkup(title: string, noun: string, lines: readonly string[]): Markup | null {
  if (lines.length === 0) return null
  const list = folded(lines, 12, noun === 'loss' ? ['loss', 'losses'] : noun, (some) => {
    return markup`<ul>${some.map((line) => markup`<li>${line}</li>\n`)}</ul>`
  })
  return markup`<h3>${title}</h3>${list}`
}
