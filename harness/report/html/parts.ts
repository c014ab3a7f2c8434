import { markup, type Markup } from '../markup.ts'
import type { Finding } from '../../compare/index.ts'
import { counted } from '../record-digest.ts'

/** A section of the page with a heading that the navigation can point at. */
export interface Section {
  readonly id: string
  readonly title: string
  /** What the heading adds in small: a count, a result. */
  readonly aside: string | null
  readonly body: Markup
}

export function sectionMarkup({ id, title, aside, body }: Section): Markup {
  const small = aside === null ? null : markup` <small>${aside}</small>`
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${title}${small}</h2>
${body}
</section>
`
}

export interface Column {
  readonly title: string
  readonly number?: boolean
}

/**
 * A table that scrolls by itself on a narrow screen, so that the page never does; one of three columns folds its third
 * cell under the others there instead. First cells are row headers.
 */
export function tableMarkup(label: string, columns: readonly Column[], rows: readonly (readonly Markup[])[]): Markup {
  const head = columns.map(({ title, number }) => markup`<th scope="col"${numeric(number)}>${title}</th>`)
  const body = rows.map((cells) => {
    const filled = cells.map((cell, index) =>
      index === 0 ? markup`<th scope="row">${cell}</th>` : markup`<td${numeric(columns[index]?.number)}>${cell}</td>`,
    )
    return markup`<tr>${filled}</tr>\n`
  })
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table${columns.length === 3 ? markup` class="three"` : null}>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>`
}

function numeric(number: boolean | undefined): Markup | null {
  return number === true ? markup` class="number"` : null
}

/** Terms and their descriptions; descriptions that are not known are left out by the caller. */
export function pairsMarkup(pairs: readonly (readonly [term: string, description: Markup])[]): Markup {
  return markup`<dl class="pairs">${pairs.map(([term, text]) => markup`<dt>${term}</dt><dd>${text}</dd>\n`)}</dl>`
}

const words = { same: '✓ same', differs: '✗ differs', 'not-checked': '? not checked', waived: '! waived' } as const

/** A status in colour and in words: colour alone tells nobody who can't see it. */
export function statusMarkup(status: Finding['status'] | 'waived', word: string = words[status]): Markup {
  return markup`<span class="status ${status}">${word}</span>`
}

export function code(text: string): Markup {
  return markup`<code>${text}</code>`
}

/** The first `open` of the items in sight, the others folded away. `render` shows a list of them. */
export function folded<Item>(
  items: readonly Item[],
  open: number,
  noun: string | readonly [one: string, many: string],
  render: (items: readonly Item[]) => Markup,
): Markup {
  if (items.length <= open + 3) return render(items)
  const rest = items.slice(open)
  const [one, many] = typeof noun === 'string' ? [noun, `${noun}s`] : noun
  return markup`${open === 0 ? null : render(items.slice(0, open))}
<details><summary>${open === 0 ? '' : 'and '}${open === 0 ? counted(rest.length, one, many) : counted(rest.length, `more ${one}`, `more ${many}`)}</summary>${render(rest)}</details>`
}
