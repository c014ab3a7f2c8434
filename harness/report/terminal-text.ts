import { scrubLine } from '../core/index.ts'

/**
 * Text for a terminal and for a CI log: one line, no control characters, and nothing that a CI runner takes for one of
 * its commands (`::error::` at the start of a line, `##[error]` anywhere).
 */
export function terminalText(text: string): string {
  return scrubLine(text)
    .toWellFormed()
    .replace(/(^|\s)::(?=\S)/g, '$1: :')
    .replace(/##(vso)?\[/g, '# #$1[')
}

/** Words in lines of at most `width` columns. A word longer than that is cut, so that nothing wraps by itself. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((each) => cut(each, width))) {
    if (line === '') line = word
    else if (columns(line) + 1 + columns(word) <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** Columns a text takes: wide East Asian characters and emoji take two. */
export function columns(text: string): number {
  let taken = 0
  for (const { segment } of graphemes.segment(text))
    taken +=
      /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
        segment,
      )
        ? 2
        : 1
  return taken
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

function cut(word: string, width: number): string[] {
  if (columns(word) <= width) return [word]
  const pieces: string[] = []
  let piece = ''
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== '' && columns(piece + segment) > width) {
      pieces.push(piece)
      piece = ''
    }
    piece += segment
  }
  return [...pieces, piece]
}
