import { renderTable } from '../../render-table.ts'
import type { Place } from './cells.ts'
import type { Played } from './play-cell.ts'

/** One line a form, one column a place, for each project and major. */
export function tableOf(played: readonly Played[], places: readonly Place[]): string {
  const groups = Map.groupBy(played, ({ cell }) => `${cell.project}, PostgreSQL ${cell.major}`)
  return [...groups].map(([title, group]) => `${title}\n${tableOfGroup(group, places)}`).join('\n')
}

function tableOfGroup(group: readonly Played[], places: readonly Place[]): string {
  const rows = [...Map.groupBy(group, ({ cell }) => cell.form.name)].map(([form, cells]) => [
    form,
    ...places.map((place) => {
      const one = cells.find(({ cell }) => cell.place === place)
      if (one === undefined) return 'not played'
      return `${one.answer}${one.wrong.length > 0 ? '!' : ''} ${one.seconds.toFixed(1)} s`
    }),
  ])
  return renderTable(['', ...places], rows, { color: false })
}

/** `full 17 CLI, --use-copy, embedded`. */
export function nameOf({ cell }: Played): string {
  return `${cell.project} ${cell.major} ${cell.form.name}, ${cell.place}`
}
