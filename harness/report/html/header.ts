import { formatBytes, formatDuration } from '../../core/index.ts'
import type { Reason } from '../../verdict/index.ts'
import { markup, type Markup } from '../markup.ts'
import { migrationLine } from './migration.ts'
import {
  baselineText,
  comparedTables,
  counted,
  formatCount,
  formatMoment,
  meaning,
  reasonText,
  totalRows,
} from '../record-digest.ts'
import type { RehearsalRecord } from '../types.ts'

/** What fits on the first screen and is read in ten seconds. */
const reasonsShown = 5

export function headerMarkup(record: RehearsalRecord): Markup {
  const { verdict, backup } = record
  const shown = verdict.reasons.slice(0, reasonsShown)
  const more = verdict.reasons.slice(reasonsShown)
  const reasons = (list: readonly Reason[]): Markup =>
    markup`<ul class="reasons">${list.map((reason) => reasonMarkup(reason, verdict.answer !== 'GO'))}</ul>`
  return markup`<header><div>
<p class="over">Restore rehearsal of <strong>${record.project}</strong>${backup === null ? null : markup`, backup <strong>${backup.name}</strong>`}, ${formatMoment(record.finishedAt)}</p>
<h1><span class="answer">${verdict.answer}</span> ${meaning[verdict.answer]}</h1>
${reasons(shown)}
${more.length === 0 ? null : markup`<details><summary>and ${counted(more.length, verdict.answer === 'GO' ? 'more thing proven' : 'more reason', verdict.answer === 'GO' ? 'more things proven' : 'more reasons')}</summary>${reasons(more)}</details>`}
${migrationLine(record)}
</div></header>
`
}

function reasonMarkup(reason: Reason, withRemedy: boolean): Markup {
  const remedy = withRemedy && reason.remedy !== null ? markup`<span class="remedy">${reason.remedy}</span>` : null
  return markup`<li>${reasonText(reason)}${remedy}</li>`
}

export function figuresMarkup(record: RehearsalRecord): Markup {
  const { backup, engine, tables, restore } = record
  const rows = totalRows({ tables: comparedTables(record) })
  const present = restore === null ? tables : tables.filter(({ restored }) => restored !== null)
  const figures: readonly (readonly [term: string, figure: string, aside: string])[] = [
    [
      'Backup',
      backup === null ? 'none found' : formatBytes(backup.totalBytes),
      backup === null ? '' : `${counted(backup.files.length, 'file')} by ${backup.writer}`,
    ],
    [
      'Age',
      backup?.ageMs == null ? 'unknown' : formatDuration(backup.ageMs),
      backup?.createdAt == null ? '' : `taken ${formatMoment(backup.createdAt)}`,
    ],
    ['Tables', formatCount(present.length), restore === null ? 'known of, not restored' : 'in the restored copy'],
    ['Rows', formatCount(rows), restore === null ? 'not restored' : `compared with ${baselineText(record)}`],
    ['Rehearsal', formatDuration(record.durationMs), 'not a recovery time'],
    [
      'Engine',
      engine === null ? 'none' : `Postgres ${engine.version}`,
      engine === null ? 'none was started' : `${engine.kind}, network: ${engine.isolation.network}`,
    ],
  ]
  const cells = figures.map(
    ([term, figure, aside]) =>
      markup`<div><dt>${term}</dt><dd>${figure}${aside === '' ? null : markup`<small>${aside}</small>`}</dd></div>\n`,
  )
  return markup`<dl class="figures">${cells}</dl>`
}
