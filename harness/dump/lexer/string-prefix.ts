import { byte } from './byte-classes.ts'
import { inside, type Inside } from './states.ts'

/** What the letter before `at` begins together with the bytes there; null where it is a word like others. */
export interface StringPrefix {
  readonly inside: Inside
  readonly length: number
}

const prefix = {
  unicodeString: { inside: inside.string, length: 2 },
  unicodeName: { inside: inside.quotedName, length: 2 },
  escape: { inside: inside.escapeString, length: 1 },
  bits: { inside: inside.bitString, length: 1 },
  // N'…' is a string like one without the letter.
  national: { inside: inside.nothing, length: 0 },
} as const satisfies Readonly<Record<string, StringPrefix>>

/** `at`: the byte after a word of one letter. `more`: the bytes end before it is clear. */
export function stringPrefix(view: Buffer, at: number, isEnd: boolean): StringPrefix | 'more' | null {
  const letter = (view[at - 1] as number) | 0x20
  const next = view[at]
  if (letter === 0x75 && next === byte.ampersand) {
    if (at + 1 === view.length) return isEnd ? null : 'more'
    if (view[at + 1] === byte.quote) return prefix.unicodeString
    return view[at + 1] === byte.doubleQuote ? prefix.unicodeName : null
  }
  if (next !== byte.quote) return null
  if (letter === 0x65) return prefix.escape
  if (letter === 0x62 || letter === 0x78) return prefix.bits
  return letter === 0x6e ? prefix.national : null
}
