import { renderTable, type Cell } from '../render-table.ts'
import type { FailureClass } from './catalogue.ts'
import type { Played } from './play-all.ts'
import { sumLetters, sumWays } from './sum-up.ts'

export interface Board {
  readonly classes: readonly FailureClass[]
  readonly limits: ReadonlyMap<string, string>
  readonly played: readonly Played[]
}

/** Every mutant, by its class; then the classes by letter, and what other ways of checking say of the same. */
export function renderBoard({ classes, limits, played }: Board, color: boolean): string {
  const titles = new Map(classes.map(({ id, title }) => [id, title]))
  const rows = played.map((row): Cell[] => [
    row.id,
    row.broken,
    { text: row.answer, style: row.killed ? 'green' : 'red' },
    namedBy(row),
    row.killed ? short(row.because, 70) : `NOT CAUGHT: ${row.because}`,
  ])
  const head = ['class', 'what was broken', 'answer', 'names', 'because']
  const missing = classes.filter(({ id }) => !played.some((row) => row.id === id) && !limits.has(id))
  return [
    renderTable(head, rows, { color }),
    renderTable(['', 'classes', 'mutants', 'caught'], lettersOf(played), { color, right: [1, 2, 3] }),
    rivalsOf(played, color),
    ...[...limits].flatMap(([id, reason]) => {
      const title = titles.get(id)
      const extent = played.some((row) => row.id === id) ? 'not all of it can be caught' : "can't be caught here"
      return title === undefined ? [] : [`  ${id} ${title}: ${extent}: ${reason}\n`]
    }),
    ...missing.map(({ id, title }) => `  ${id} ${title}: no mutant\n`),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function namedBy({ expected: { check, object } }: Played): string {
  return check === null ? 'the command' : [check, object].filter((part) => part !== null).join(': ')
}

function lettersOf(played: readonly Played[]): Cell[][] {
  return sumLetters(played).map(({ letter, classes, mutants, caught }) => [
    letter,
    String(classes),
    String(mutants),
    { text: String(caught), style: caught === mutants ? 'green' : 'red' } as const,
  ])
}

function rivalsOf(played: readonly Played[], color: boolean): string {
  const rows = sumWays(played).map(({ name, caught, asked, alarms, good }): Cell[] => [
    name,
    `${caught} of ${asked}`,
    `${alarms} of ${good}`,
  ])
  if (rows.length === 0) return ''
  return renderTable(['the same files, by', 'broken ones caught', 'good ones refused'], rows, { color, right: [1, 2] })
}

function short(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
