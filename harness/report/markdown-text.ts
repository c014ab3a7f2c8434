import { scrubLine } from '../core/index.ts'

/** Longest text that a Markdown table cell or list item stays readable with. */
const longest = 400

/**
 * Text as Markdown that shows just that text, on one line: no emphasis, links, images, HTML, table cells, mentions or
 * references (a word joiner keeps `@name` from being one). Names stay readable in the source: `_` inside a word is left alone, as CommonMark does.
 */
export function markdownText(text: string): string {
  return scrubLine(text, longest)
    .toWellFormed()
    .replace(/[\\`*[\]|~#!]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/(^|[^\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (match) => match.replace('_', '\\_'))
    .replace(/:\/\//g, ':\\/\\/')
    .replace(/\b(www)\./gi, '$1\\.')
    .replace(/(?<![\p{L}\p{N}._-])@(?=[\p{L}\p{N}])/gu, '@\u2060')
    .replace(/^([-+=])/, '\\$1')
    .replace(/^(\d+)([.)](?:\s|$))/, '$1\\$2')
}

/** A name or path as a code span; as plain text where it holds what a code span in a table can't. */
export function markdownCode(text: string): string {
  const line = scrubLine(text, longest).toWellFormed()
  if (line === '' || /[`|]/.test(line)) return markdownText(text)
  return `\`${line}\``
}

/** Lines of a table. Cells are Markdown already. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const rule = head.map((_, column) => (right.includes(column) ? '--:' : '---'))
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
