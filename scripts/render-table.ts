import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** A cell: its text, and how it is shown where there are colours. */
export type Cell = string | { readonly text: string; readonly style: Style }

/** Columns as wide as their widest cell, two spaces apart; numbers to the right where `right` says so. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { color, right = [] }: { readonly color: boolean; readonly right?: readonly number[] },
): string {
  const all: readonly (readonly Cell[])[] = [head.map((text) => ({ text, style: 'dim' as const })), ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => textOf(row[column]).length)))
  const lines = all.map((row) =>
    row.map((cell, column) => {
      const text = textOf(cell)
      const width = widths[column] ?? 0
      const last = column === row.length - 1 && !right.includes(column)
      const padded = last ? text : right.includes(column) ? text.padStart(width) : text.padEnd(width)
      return color && typeof cell === 'object' ? styleText(cell.style, padded, { validateStream: false }) : padded
    }),
  )
  return lines.map((cells) => `  ${cells.join('  ').trimEnd()}\n`).join('')
}

function textOf(cell: Cell | undefined): string {
  return cell === undefined ? '' : typeof cell === 'string' ? cell : cell.text
}
