import { markup } from '../markup.ts'
import { formatCount, inoculationText } from '../record-digest.ts'
import type { RehearsalRecord } from '../types.ts'
import { statusMarkup, tableMarkup, type Section } from './parts.ts'

/** How the copy was broken on purpose, and which check saw it; none where there was no copy to break. */
export function inoculationSection(record: RehearsalRecord): Section | null {
  const { inoculation } = record
  if (inoculationText(record) === null) return null
  const title = 'Would a bad backup have been seen?'
  if (inoculation === null)
    return {
      id: 'inoculation',
      title,
      aside: 'not tried',
      body: markup`<p>The copy was not broken on purpose, so nothing proves that these checks would have seen a bad backup.</p>`,
    }
  const { breaks, seed, against } = inoculation
  const seen = breaks.filter((one) => one.seen).length
  const other = against === 'baseline' ? 'production as it was recorded' : 'the copy as it was before'
  return {
    id: 'inoculation',
    title,
    aside: `${formatCount(seen)} of ${formatCount(breaks.length)} breaks seen`,
    body: markup`<p>The copy was broken on purpose, each time undone, and compared with ${other}. Seed ${String(seed)}.</p>${tableMarkup(
      'Breaks',
      [{ title: 'What was broken' }, { title: 'Object' }, { title: 'Check' }, { title: 'Answer' }],
      breaks.map((one) => [
        markup`${one.name}${one.message === null ? null : markup`<br><span class="quiet">${one.message}</span>`}`,
        markup`${one.object}`,
        markup`${one.check}`,
        one.seen ? statusMarkup('same', '✓ seen') : statusMarkup('not-checked', '? not seen'),
      ]),
    )}`,
  }
}
