import type { CopyText } from './insert-rows-text.ts'

/** What a backslash is: a character like any other, an escape (E'…'), or better not touched. */
export type Backslashes = 'plain' | 'escape' | 'unknown'

/** How bytes of a string are written in COPY's text format: 0 as they are, else after a backslash as this byte. */
const escapes = new Uint8Array(256)
/** What a letter after a backslash means in E'…'; 0 for what is left to the server. */
const meanings = new Uint8Array(256)
for (const [byte, letter] of ['\nn', '\rr', '\tt', '\\\\'].map(([one, two]) => [codeOf(one), codeOf(two)] as const)) {
  escapes[byte] = letter
  meanings[letter] = byte
}
meanings[codeOf('b')] = 8
meanings[codeOf('f')] = 12

function codeOf(character: string | undefined): number {
  return character?.charCodeAt(0) ?? 0
}

const quote = 0x27
const backslash = 0x5c

/**
 * Reads the string whose content begins at `from` and writes it as a COPY field. Returns the position after its closing
 * quote, or -1 where it must be left to the server: escapes other than the common ones, a zero byte, no end.
 * A string with backslashes that are 'unknown' is left to the server too.
 */
export function readString(text: Buffer, from: number, into: CopyText, backslashes: Backslashes): number {
  const out = into.bytes
  const end = text.length
  let written = into.length
  let at = from
  for (;;) {
    if (at >= end) return -1
    let byte = text[at] as number
    at += 1
    if (byte === quote) {
      if (text[at] !== quote) break
      at += 1
    } else if (byte === backslash && backslashes !== 'plain') {
      if (backslashes === 'unknown') return -1
      byte = meanings[text[at] as number] as number
      at += 1
      if (byte === 0) return -1
    } else if (byte === 0) return -1
    const escape = escapes[byte] as number
    if (escape !== 0) {
      out[written] = backslash
      written += 1
      byte = escape
    }
    out[written] = byte
    written += 1
  }
  into.length = written
  return at
}
