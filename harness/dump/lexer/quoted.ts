import { byte } from './byte-classes.ts'

/** Past the closing mark of a text in which the mark itself is doubled. */
export function endOfQuoted(view: Buffer, from: number, mark: number, isEnd: boolean): number {
  const end = view.length
  let index = from
  for (;;) {
    index = findByte(view, mark, index)
    if (index === end) return ~index
    if (index + 1 === end) return isEnd ? end : ~index
    if (view[index + 1] !== mark) return index + 1
    index += 2
  }
}

/** The same for `E'…'`, where a backslash takes the next byte with it. */
export function endOfEscaped(view: Buffer, from: number, isEnd: boolean): number {
  const end = view.length
  let index = from
  for (;;) {
    while (index < end && view[index] !== byte.quote && view[index] !== byte.backslash) index += 1
    if (index === end) return ~index
    if (index + 1 === end && !isEnd) return ~index
    if (view[index] === byte.quote && (index + 1 === end || view[index + 1] !== byte.quote)) return index + 1
    index = Math.min(end, index + 2)
  }
}

/** Past the quote of `B'…'` or `X'…'`, where none is doubled. */
export function endOfBits(view: Buffer, from: number): number {
  const index = findByte(view, byte.quote, from)
  return index === view.length ? ~index : index + 1
}

/** Past the closing `$tag$`. */
export function endOfDollars(view: Buffer, from: number, tag: Buffer, isEnd: boolean): number {
  const found = view.indexOf(tag, from)
  if (found >= 0) return found + tag.length
  return ~Math.max(from, isEnd ? view.length : view.length - tag.length + 1)
}

/** `indexOf` pays only where the wait is long: most strings end within a few bytes. Returns the length if not found. */
function findByte(view: Buffer, mark: number, from: number): number {
  const near = Math.min(view.length, from + 48)
  let index = from
  while (index < near) {
    if (view[index] === mark) return index
    index += 1
  }
  if (index === view.length) return index
  const found = view.indexOf(mark, index)
  return found < 0 ? view.length : found
}
