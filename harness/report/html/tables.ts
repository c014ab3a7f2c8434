import { formatBytes } from '../../core/index.ts'
import type { WaiverOutcome } from '../../verdict/index.ts'
import { markup, type Markup } from '../markup.ts'
import { counted, formatCount, isProblem } from '../record-digest.ts'
import type { RehearsalRecord, TableRecord } from '../types.ts'
import { code, folded, statusMarkup, tableMarkup, type Section } from './parts.ts'

/** More rows than this push everything below them out of sight. */
const tablesShown = 12

/** Rows by table, on their way from production through the dump into the restored copy. What differs comes first. */
export function tablesSection({ tables, verdict }: RehearsalRecord): Section | null {
  if (tables.length === 0) return null
  const tableOfTables = (some: readonly TableRecord[]): Markup => rowsMarkup(some, verdict.waivers)
  const problems = tables.filter(isProblem)
  const fine = tables.filter((table) => !isProblem(table))
  const open = fine.filter(({ counts, content }) => counts === 'not-checked' || content === 'not-checked')
  const body = [
    ...(problems.length === 0
      ? []
      : [folded(problems, 40, ['table that differs', 'tables that differ'], tableOfTables)]),
    ...(fine.length === 0 ? [] : [others(fine, problems.length, tableOfTables)]),
  ]
  const aside = [
    ...(problems.length > 0 ? [`${formatCount(problems.length)} of ${formatCount(tables.length)} differ`] : []),
    ...(open.length > 0 ? [`${formatCount(open.length)} not fully checked`] : []),
  ]
  return {
    id: 'tables',
    title: 'Tables',
    aside: aside.length === 0 ? `${formatCount(tables.length)}, none differs` : aside.join(', '),
    body: markup`${body}`,
  }
}

function others(
  fine: readonly TableRecord[],
  problems: number,
  tableOfTables: (some: readonly TableRecord[]) => Markup,
): Markup {
  if (problems === 0) return folded(fine, tablesShown, 'table', tableOfTables)
  return markup`<details><summary>${counted(fine.length, 'table')} without a difference</summary>${tableOfTables(fine)}</details>`
}

function rowsMarkup(tables: readonly TableRecord[], waivers: readonly WaiverOutcome[]): Markup {
  const applied = waivers.filter(({ state }) => state === 'applied').map(({ waiver }) => waiver)
  const isWaived = (check: string, table: string): boolean =>
    applied.some((waiver) => waiver.check === check && waiver.object === table)
  return tableMarkup(
    'Rows by table',
    [
      { title: 'Table' },
      { title: 'Expected', number: true },
      { title: 'In the dump', number: true },
      { title: 'Restored', number: true },
      { title: 'Size', number: true },
      { title: 'Row count' },
      { title: 'Content' },
    ],
    tables.map(({ table, expected, dumped, restored, bytes, counts, content }) => [
      code(table),
      markup`${formatCount(expected)}`,
      markup`${formatCount(dumped)}`,
      markup`${formatCount(restored)}`,
      markup`${bytes === null ? '–' : formatBytes(bytes)}`,
      statusMarkup(counts !== 'same' && isWaived('row counts', table) ? 'waived' : counts),
      statusMarkup(content !== 'same' && isWaived('row content', table) ? 'waived' : content),
    ]),
  )
}
