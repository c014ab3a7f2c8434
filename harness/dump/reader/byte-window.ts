import { byte } from '../lexer/byte-classes.ts'

/**
 * The stretch of a dump that is in memory. Positions are absolute (bytes from the beginning of the text), so that they
 * survive the window moving on. What {@link ByteWindow.bytes} gives is good until the next {@link ByteWindow.more};
 * what {@link ByteWindow.lend} gives stays good.
 */
export class ByteWindow {
  /** `view[0]` is the byte at {@link ByteWindow.base}. */
  view: Buffer = Buffer.alloc(0)
  base = 0
  ended = false
  /** It ended at a NUL byte. */
  hasZero = false
  #refusesZeros = false
  readonly #chunks: AsyncIterator<Buffer>
  #store: Buffer = this.view
  /** The store is ours to write over: it is no chunk of the source's, and nothing of it was lent. */
  #isOurs = false
  #counted = 0
  #line = 1

  /** `start`: where the first chunk begins, if not at the beginning of the text. */
  constructor(chunks: AsyncIterable<Buffer>, start: { readonly offset: number; readonly line: number } = beginning) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.base = start.offset
    this.#counted = start.offset
    this.#line = start.line
  }

  get end(): number {
    return this.base + this.view.length
  }

  /** Reads one chunk more; what lies before `keepFrom` may be dropped. Sets `ended` where there is none. */
  async more(keepFrom: number): Promise<void> {
    const next = await this.#chunks.next()
    if (next.done === true) this.ended = true
    else if (next.value.length > 0)
      this.#append(this.#refusesZeros ? this.#beforeZero(next.value) : next.value, keepFrom)
  }

  /** From here on (and in what is here already) the text ends before a NUL byte. */
  refuseZeros(): void {
    this.#refusesZeros = true
    this.view = this.#beforeZero(this.view)
  }

  #beforeZero(bytes: Buffer): Buffer {
    const zero = bytes.indexOf(0)
    if (zero < 0) return bytes
    this.hasZero = true
    this.ended = true
    return bytes.subarray(0, zero)
  }

  /** Where a position is, for a person. Cheap when asked in ascending order. */
  at(offset: number): { readonly offset: number; readonly line: number } {
    if (offset >= this.#counted) this.#countTo(offset)
    return { offset, line: this.#line }
  }

  /** As {@link ByteWindow.at} for a place out of order: what comes next may lie before it. */
  aside(offset: number): { readonly offset: number; readonly line: number } {
    const ahead = newlines(this.view, this.#counted - this.base, offset - this.base)
    const behind = newlines(this.view, offset - this.base, this.#counted - this.base)
    return { offset, line: this.#line + ahead - behind }
  }

  /** Somebody else has counted the lines up to here. */
  counted(offset: number, lines: number): void {
    this.#counted = offset
    this.#line += lines
  }

  bytes(from: number, to: number): Buffer {
    return this.view.subarray(from - this.base, to - this.base)
  }

  lend(from: number, to: number): Buffer {
    this.#isOurs = false
    return this.bytes(from, to)
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  #append(chunk: Buffer, keepFrom: number): void {
    this.at(keepFrom)
    const length = this.view.length
    const kept = this.end - keepFrom
    if (kept === 0) {
      this.base = keepFrom
      this.#store = chunk
      this.#isOurs = false
      this.view = chunk
      return
    }
    if (this.#store.length - length >= chunk.length) {
      // Room behind the view, which nobody else looks at.
      chunk.copy(this.#store, length)
      this.view = this.#store.subarray(0, length + chunk.length)
      return
    }
    // Moving what is kept to the front pays only where that is little against the chunk that comes.
    const canMove = this.#isOurs && this.#store.length >= 2 * kept + chunk.length
    const store = canMove ? this.#store : Buffer.allocUnsafeSlow(2 * (kept + chunk.length))
    this.view.copy(store, 0, length - kept)
    chunk.copy(store, kept)
    this.#store = store
    this.#isOurs = true
    this.base = keepFrom
    this.view = store.subarray(0, kept + chunk.length)
  }

  #countTo(offset: number): void {
    this.#line += newlines(this.view, this.#counted - this.base, offset - this.base)
    this.#counted = offset
  }
}

const beginning = { offset: 0, line: 1 }

function newlines(bytes: Buffer, from: number, to: number): number {
  let count = 0
  let index = bytes.indexOf(byte.newline, Math.max(0, from))
  while (index >= 0 && index < to) {
    count += 1
    index = bytes.indexOf(byte.newline, index + 1)
  }
  return count
}
