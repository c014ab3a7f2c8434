import type { CopyText } from './insert-rows-text.ts'

/** Longer ones, and exponents of more than three digits, are left to the server: numeric and float differ in range. */
const longestNumber = 1_000

/**
 * Reads a number as a server writes it (`-12`, `0.5`, `1.5e-07`), -1 for any other. No leading zeros: PostgreSQL 16 reads
 * them as octal in an oid. A zero loses its sign, as in an INSERT, where `-0` is the number 0 negated.
 */
export function readNumber(text: Buffer, from: number, into: CopyText): number {
  const first = text[from] as number
  let at = first === 0x2d || first === 0x2b ? from + 1 : from
  const digits = at
  let isZero = true
  while (isDigit(text[at])) {
    if (text[at] !== 0x30) isZero = false
    at += 1
  }
  if (at === digits || (text[digits] === 0x30 && at > digits + 1)) return -1
  if (text[at] === 0x2e) {
    const fraction = (at += 1)
    while (isDigit(text[at])) {
      if (text[at] !== 0x30) isZero = false
      at += 1
    }
    if (at === fraction) return -1
  }
  if (text[at] === 0x65 || text[at] === 0x45) {
    at += 1
    if (text[at] === 0x2d || text[at] === 0x2b) at += 1
    const exponent = at
    while (isDigit(text[at])) at += 1
    if (at === exponent || at > exponent + 3) return -1
  }
  if (at - from > longestNumber) return -1
  const out = into.bytes
  let written = into.length
  if (first === 0x2d && !isZero) {
    out[written] = 0x2d
    written += 1
  }
  for (let index = digits; index < at; index += 1) {
    out[written] = text[index] as number
    written += 1
  }
  into.length = written
  return at
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

/** The digits of `B'…'` or `X'…'`, which bit and varbit read back the same; -1 where there are others. */
export function readBits(text: Buffer, from: number, into: CopyText, isHex: boolean): number {
  let at = from
  const out = into.bytes
  let written = into.length
  if (isHex) {
    out[written] = 0x78
    written += 1
  }
  for (; text[at] !== 0x27; at += 1) {
    const byte = text[at]
    if (byte === undefined) return -1
    const lower = byte | 0x20
    const isRight = isHex ? isDigit(byte) || (lower >= 0x61 && lower <= 0x66) : byte === 0x30 || byte === 0x31
    if (!isRight) return -1
    out[written] = byte
    written += 1
  }
  into.length = written
  return at + 1
}
