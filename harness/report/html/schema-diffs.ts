import { markup, type Markup } from '../markup.ts'
import { counted } from '../record-digest.ts'
import type { RehearsalRecord } from '../types.ts'
import { code, type Section } from './parts.ts'

/** Differences shown unfolded. */
const shownOpen = 5
/** A generated function of ten thousand lines must not bury the report; `verdict.json` has it whole. */
const longestDiff = 400

export function schemaSection({ schemaDiffs }: RehearsalRecord): Section | null {
  if (schemaDiffs.length === 0) return null
  return {
    id: 'schema',
    title: 'Schema differences',
    aside: counted(schemaDiffs.length, 'object'),
    body: markup`<p class="quiet">Lines with a minus are production’s, lines with a plus are the restored copy’s.</p>${diffsMarkup(schemaDiffs)}`,
  }
}

/** One unified diff an object, the first of them in sight. */
export function diffsMarkup(diffs: RehearsalRecord['schemaDiffs']): Markup {
  const folded = diffs.map(
    ({ object, diff }, index) =>
      markup`<details${index < shownOpen ? markup` open` : null}><summary>${code(object)}</summary>${diffMarkup(diff)}</details>\n`,
  )
  return markup`${folded}`
}

function diffMarkup(diff: string): Markup {
  const lines = diff.replace(/\n$/, '').split('\n')
  const shown = lines.slice(0, longestDiff).map((line, index) => lineMarkup(line, index))
  const more = lines.length - longestDiff
  const cut = more > 0 ? markup`<p class="quiet">${counted(more, 'more line')} in verdict.json</p>` : null
  return markup`<pre class="diff">${shown}</pre>${cut}`
}

function lineMarkup(line: string, index: number): Markup {
  const isFileName = index < 2 && (line.startsWith('--- ') || line.startsWith('+++ '))
  const kind =
    isFileName || line.startsWith('@@')
      ? 'hunk'
      : line.startsWith('-')
        ? 'minus'
        : line.startsWith('+')
          ? 'plus'
          : 'both'
  return markup`<span class="${kind}">${line === '' ? ' ' : line}</span>`
}
