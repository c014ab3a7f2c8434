import { scrub } from '../core/index.ts'

/** Text that is markup already. Only {@link markup} makes it, so whatever is not is escaped. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

export type MarkupValue = string | number | Markup | readonly Markup[] | null

/**
 * HTML or XML in which every interpolated value is escaped, in text as in double-quoted attributes. `null` is nothing.
 * The templates themselves are ours; nothing from a dump or a server gets into the page but through here.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(strings.reduce((page, part, index) => page + asText(values[index - 1] ?? null) + part))
}

export function escapeMarkup(text: string): string {
  return scrub(text)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function asText(value: MarkupValue): string {
  if (value === null) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'string' || typeof value === 'number') return escapeMarkup(String(value))
  return value.map(({ text }) => text).join('')
}
