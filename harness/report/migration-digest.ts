import { formatBytes, formatDuration } from '../core/index.ts'
import { formatCount } from './record-digest.ts'
import type { MigrationReport } from './types.ts'

type Changes = NonNullable<MigrationReport['changes']>

/** A lock in a line: `ACCESS EXCLUSIVE on public.users for 2.1 s: no reads and writes meanwhile`. */
export function lockText({ relation, mode, blocks, heldMs, waiters }: MigrationReport['locks'][number]): string {
  const others = blocks === 'nothing' ? '' : `: no ${blocks.replace(' and ', ' or ')} meanwhile`
  const waited = waiters > 0 ? `; ${formatCount(waiters)} of its own sessions waited` : ''
  const time = heldMs === 0 ? 'for an instant' : `for about ${formatDuration(heldMs)}`
  return `${mode} on ${relation} ${time}${others}${waited}`
}

/** Locks that keep others from reading or writing: what an application would notice. */
export function noticedLocks({ locks }: MigrationReport): MigrationReport['locks'] {
  return locks.filter(({ blocks }) => blocks === 'reads and writes' || blocks === 'writes')
}

export function tableText({ table, was, rowsBefore, rowsAfter, content }: Changes['tables'][number]): string {
  if (rowsAfter === null) return `${table}: dropped, ${formatCount(rowsBefore)} rows`
  if (rowsBefore === null) return `${table}: new, ${formatCount(rowsAfter)} rows`
  const renamed = was === null ? '' : `, before ${was}`
  const rows =
    rowsBefore === rowsAfter
      ? `${formatCount(rowsAfter)} rows`
      : `${formatCount(rowsBefore)} → ${formatCount(rowsAfter)} rows`
  return `${table}${renamed}: ${rows}${content === 'differs' && rowsBefore === rowsAfter ? ', other content' : ''}`
}

export function rewriteText({ relation, kind, how, bytesBefore, bytesAfter }: Changes['rewrites'][number]): string {
  return `${kind} ${relation}${how === 'emptied' ? ' (emptied)' : ''}, ${formatBytes(bytesBefore)} → ${formatBytes(bytesAfter)}`
}

/** Its changes, each sort as a list of lines; empty ones are left out. */
export function changeLists(report: MigrationReport): readonly (readonly [title: string, lines: readonly string[]])[] {
  const { changes } = report
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['Lost', (changes?.losses ?? []).map(({ text }) => text)],
    ['Locked', noticedLocks(report).map(lockText)],
    ['Rewritten', (changes?.rewrites ?? []).map(rewriteText)],
    ['Rows', (changes?.tables ?? []).map(tableText)],
    ['Schema', (changes?.schemaDiffs ?? []).map(({ object }) => object)],
  ]
  return lists.filter(([, lines]) => lines.length > 0)
}

/** More of a sort, and nobody reads the fourth: the report has them all. */
const linesShown = 3
/** Of a command's output, at a terminal. */
const outputShown = 20

/** For a terminal: what came of it, and the end of its output where it failed. */
export function migrationLines(report: MigrationReport): { readonly indent: number; readonly text: string }[] {
  const { answer, remedy, run } = report
  const lists = changeLists(report).flatMap(([title, lines]) => [
    ...lines.slice(0, linesShown).map((text) => ({ indent: 0, text: `${title.toLowerCase()}: ${text}` })),
    ...(lines.length > linesShown
      ? [{ indent: 0, text: `${title.toLowerCase()}: ${formatCount(lines.length - linesShown)} more in the report` }]
      : []),
  ])
  const output = answer === 'GO' ? [] : (run?.lastLines ?? []).slice(-outputShown)
  return [
    ...(remedy === null ? [] : [{ indent: 0, text: `→ ${remedy}` }]),
    ...lists,
    ...(output.length === 0 ? [] : [{ indent: 0, text: 'the end of its output:' }]),
    ...output.map((text) => ({ indent: 2, text })),
  ]
}
