import { byte, byteClass, byteClasses, continuesWord } from './byte-classes.ts'

/** The end of a keyword or an identifier. */
export function endOfWord(view: Buffer, from: number, isEnd: boolean): number {
  const end = view.length
  let index = from
  while (index < end && continuesWord[view[index] as number] === 1) index += 1
  return index === end && !isEnd ? ~index : index
}

/** The end of psql's :name, or of the tag of a dollar quote: unlike an identifier they end at a dollar. */
export function endOfVariable(view: Buffer, from: number, isEnd: boolean): number {
  const end = view.length
  let index = from
  while (index < end && view[index] !== byte.dollar && continuesWord[view[index] as number] === 1) index += 1
  return index === end && !isEnd ? ~index : index
}

export function endOfDigits(view: Buffer, from: number): number {
  const end = view.length
  let index = from
  while (index < end && byteClasses[view[index] as number] === byteClass.digit) index += 1
  return index
}

/** As far as the name of a psql variable is looked for. */
const longestVariable = 65_536

/**
 * How many bytes a colon takes with it: `::` and `:=` two, psql's `:'name'` and `:"name"` all of theirs, else one.
 * 0: the bytes end before that is clear.
 */
export function colonLength(view: Buffer, at: number, isEnd: boolean): number {
  if (at + 1 === view.length) return isEnd ? 1 : 0
  const next = view[at + 1]
  if (next === byte.colon || next === byte.equals) return 2
  if (next !== byte.quote && next !== byte.doubleQuote) return 1
  let end = at + 2
  while (end < view.length && continuesWord[view[end] as number] === 1 && view[end] !== byte.dollar) end += 1
  if (end - at > longestVariable) return 1
  if (end === view.length) return isEnd ? 1 : 0
  return view[end] === next && end > at + 2 ? end + 1 - at : 1
}
