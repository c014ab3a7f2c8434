import { isDigit, readBits, readNumber } from './insert-literal-number.ts'
import { readString } from './insert-literal-string.ts'
import type { CopyText } from './insert-rows-text.ts'

/** The kinds of literal in an INSERT's rows, as bits. `default` is the word DEFAULT, which COPY leaves out. */
export const literalKind = { null: 1, string: 2, integer: 4, decimal: 8, boolean: 16, bit: 32, default: 64 } as const

const quote = 0x27
const lower = { n: 0x6e, t: 0x74, f: 0x66, d: 0x64, e: 0x65, b: 0x62, x: 0x78 }
const rest = { null: letters('ull'), true: letters('rue'), false: letters('alse'), default: letters('efault') }

function letters(word: string): readonly number[] {
  return [...Buffer.from(word)]
}

/** Reads one literal after the other. */
export class LiteralReader {
  /** Past the literal that was read last. */
  end = 0
  readonly #standardStrings: boolean

  constructor(standardStrings: boolean) {
    this.#standardStrings = standardStrings
  }

  /** Writes the literal at `from` as a COPY field and returns its {@link literalKind}; 0 where it is none of them. */
  read(text: Buffer, from: number, into: CopyText): number {
    const first = text[from] as number
    if (first === quote) {
      this.end = readString(text, from + 1, into, this.#standardStrings ? 'plain' : 'unknown')
      return this.end < 0 ? 0 : literalKind.string
    }
    if (isDigit(first) || first === 0x2d || first === 0x2b) {
      this.end = readNumber(text, from, into)
      if (this.end < 0) return 0
      return hasOnlyDigits(text, from + 1, this.end) ? literalKind.integer : literalKind.decimal
    }
    const isQuoted = text[from + 1] === quote
    switch (first | 0x20) {
      case lower.n:
        return this.#word(text, from, rest.null, into, '\\N', literalKind.null)
      case lower.t:
        return this.#word(text, from, rest.true, into, 't', literalKind.boolean)
      case lower.f:
        return this.#word(text, from, rest.false, into, 'f', literalKind.boolean)
      case lower.d:
        return this.#word(text, from, rest.default, into, '', literalKind.default)
      case lower.e:
        this.end = isQuoted ? readString(text, from + 2, into, 'escape') : -1
        return this.end < 0 ? 0 : literalKind.string
      case lower.b:
      case lower.x:
        this.end = isQuoted ? readBits(text, from + 2, into, (first | 0x20) === lower.x) : -1
        return this.end < 0 ? 0 : literalKind.bit
      default:
        return 0
    }
  }

  /** A word whose first letter fitted. What follows it shows whether it ends there. */
  #word(text: Buffer, from: number, rest: readonly number[], into: CopyText, field: string, kind: number): number {
    for (let index = 0; index < rest.length; index += 1) {
      if (((text[from + 1 + index] ?? 0) | 0x20) !== rest[index]) return 0
    }
    for (let index = 0; index < field.length; index += 1) into.bytes[into.length + index] = field.charCodeAt(index)
    into.length += field.length
    this.end = from + 1 + rest.length
    return kind
  }
}

function hasOnlyDigits(text: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isDigit(text[at])) return false
  return true
}
