import { renderTable, type Cell } from '../render-table.ts'
import type { FailureClass } from './catalogue.ts'
import type { Played } from './play-all.ts'

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
  const letters = [...Map.groupBy(played, ({ id }) => id.slice(0, 1))]
  const line = (name: string, rows: readonly Played[]): Cell[] => {
    const caught = rows.filter(({ killed }) => killed).length
    const style = caught === rows.length ? 'green' : 'red'
    return [
      name,
      String(new Set(rows.map(({ id }) => id)).size),
      String(rows.length),
      { text: String(caught), style } as const,
    ]
  }
  return [...letters.map(([letter, rows]) => line(letter, rows)), line('all', played)]
}

/** How many mutants each rival objects to, and how many good twins. One that objects to everything has caught nothing. */
function rivalsOf(played: readonly Played[], color: boolean): string {
  const names = Object.keys(played.find(({ rivals }) => Object.keys(rivals).length > 0)?.rivals ?? {})
  if (names.length === 0) return ''
  const asked = played.filter(({ rivals }) => Object.keys(rivals).length > 0)
  const rows = names.map((name): Cell[] => {
    const count = (pick: (word: Played['rivals'][string]) => boolean): string =>
      String(asked.filter(({ rivals }) => rivals[name] && pick(rivals[name])).length)
    return [
      name,
      count(({ mutant, twin }) => mutant === 'objects' && twin === 'passes'),
      count(({ twin }) => twin === 'objects'),
      count(({ mutant }) => mutant === 'not asked'),
    ]
  })
  const caught = String(asked.filter(({ killed }) => killed).length)
  return renderTable(
    ['of the mutants that are files', 'caught', 'good twins refused', 'not asked'],
    [['rehearse', caught, '0', '0'], ...rows],
    { color, right: [1, 2, 3] },
  )
}

function short(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
