import { literalKind, LiteralReader } from './insert-literals.ts'
import { readInsertHead, type InsertHead } from './insert-rows-head.ts'
import { CopyText } from './insert-rows-text.ts'

/** One INSERT of literals, as COPY would say it. */
export interface InsertRows {
  /** The same object as long as INSERTs begin the same. */
  readonly head: InsertHead
  /** Values in each row, DEFAULT included. */
  readonly arity: number
  readonly rows: number
  /** For each value of a row, the {@link literalKind}s that occur there. */
  readonly kinds: Uint8Array
  /** It ends with ON CONFLICT DO NOTHING. */
  readonly skipsConflicts: boolean
}

/** The most columns a table can have. */
const mostColumns = 1_600
const [open, close, comma, tab, newline, semicolon] = [0x28, 0x29, 0x2c, 0x09, 0x0a, 0x3b] as const

/**
 * Turns INSERTs of literals into rows of COPY's text format, byte by byte, in the client encoding they are in (any in
 * which no letter has an ASCII byte within). What it cannot say exactly it leaves alone: expressions, casts, function
 * calls, rarer escapes, RETURNING. Whether COPY means the same for a table's columns is for the loader to decide.
 */
export class InsertRowReader {
  readonly #literals: LiteralReader
  readonly #kinds = new Uint8Array(mostColumns)
  #head: InsertHead | null = null
  #rowEnd = 0

  /** `standardStrings`: the session's standard_conforming_strings. */
  constructor(options: { readonly standardStrings: boolean }) {
    this.#literals = new LiteralReader(options.standardStrings)
  }

  /** Appends the rows to `into`. Null, with nothing appended, where the INSERT must be run as it is. */
  read(text: Buffer, into: CopyText): InsertRows | null {
    const head = this.#headOf(text)
    if (head === null) return null
    // No literal grows to more than twice its length.
    into.reserve(2 * text.length)
    const before = into.length
    const found = this.#rows(text, head, into)
    if (found === null) into.length = before
    return found
  }

  #headOf(text: Buffer): InsertHead | null {
    if (this.#head === null || !beginsWith(text, this.#head.bytes)) this.#head = readInsertHead(text)
    return this.#head
  }

  #rows(text: Buffer, head: InsertHead, into: CopyText): InsertRows | null {
    const kinds = this.#kinds
    let at = head.bytes.length
    let rows = 0
    let arity = 0
    do {
      // Past VALUES, or past the comma after a row.
      at = afterSpace(text, rows === 0 ? at : at + 1)
      if (text[at] !== open) return null
      const columns = this.#row(text, at + 1, rows === 0, into)
      if (columns === 0 || (rows > 0 && columns !== arity)) return null
      arity = columns
      rows += 1
      at = afterSpace(text, this.#rowEnd)
    } while (text[at] === comma)
    const tail = readTail(text, at)
    if (tail === null || mixesDefault(kinds, arity)) return null
    return { head, arity, rows, kinds: kinds.subarray(0, arity), skipsConflicts: tail === skipping }
  }

  /** Reads the row whose first value is at `from`. Returns how many values it has, 0 where it must be left alone. */
  #row(text: Buffer, from: number, isFirst: boolean, into: CopyText): number {
    const kinds = this.#kinds
    const literals = this.#literals
    let at = from
    let fields = 0
    for (let column = 0; column < mostColumns; column += 1) {
      const before = into.length
      if (fields > 0) {
        into.bytes[before] = tab
        into.length = before + 1
      }
      const kind = literals.read(text, afterSpace(text, at), into)
      if (kind === 0) return 0
      if (kind === literalKind.default) into.length = before
      else fields += 1
      kinds[column] = isFirst ? kind : (kinds[column] as number) | kind
      at = afterSpace(text, literals.end)
      if (text[at] === comma) {
        at += 1
        continue
      }
      if (text[at] !== close || fields === 0) return 0
      into.bytes[into.length] = newline
      into.length += 1
      this.#rowEnd = at + 1
      return column + 1
    }
    return 0
  }
}

const skipping = 'ON CONFLICT DO NOTHING'

/** What follows the last row: nothing, or {@link skipping}; null for anything else. */
function readTail(text: Buffer, at: number): string | null {
  if (text[at] === semicolon && at === text.length - 1) return ''
  // The words of ON CONFLICT DO NOTHING with some room; anything longer is something else.
  if (text.length - at > 100) return null
  const words = text
    .toString('latin1', at)
    .replace(/[ \t\n\r\f]*;?[ \t\n\r\f]*$/, '')
    .replace(/[ \t\n\r\f]+/g, ' ')
  return words === '' || words.toUpperCase() === skipping ? words.toUpperCase() : null
}

/** Whether a column is DEFAULT in some rows only. */
function mixesDefault(kinds: Uint8Array, arity: number): boolean {
  for (let column = 0; column < arity; column += 1) {
    const kind = kinds[column] as number
    if ((kind & literalKind.default) !== 0 && kind !== literalKind.default) return true
  }
  return false
}

function beginsWith(text: Buffer, bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index += 1) if (text[index] !== bytes[index]) return false
  return true
}

function afterSpace(text: Buffer, from: number): number {
  let at = from
  for (;;) {
    const byte = text[at]
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x09 && byte !== 0x0d && byte !== 0x0c) return at
    at += 1
  }
}

/** The rows of one INSERT as COPY text of their own. Null where the INSERT must be run as it is. */
export function readInsertRows(
  text: Buffer,
  options: { readonly standardStrings: boolean },
): (InsertRows & { readonly copy: Buffer }) | null {
  const copy = new CopyText(0)
  const found = new InsertRowReader(options).read(text, copy)
  return found === null ? null : { ...found, copy: copy.gathered }
}
