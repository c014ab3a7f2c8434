import { byte } from './byte-classes.ts'

/**
 * The stretch of a dump that is in memory. Positions are absolute (bytes from the beginning of the text), so that they
 * survive the window moving on. Bytes once in {@link ByteWindow.view} are never overwritten: a view of them stays good.
 */
export class ByteWindow {
  /** `view[0]` is the byte at {@link ByteWindow.base}. */
  view: Buffer = Buffer.alloc(0)
  base = 0
  ended = false
  readonly #chunks: AsyncIterator<Buffer>
  #store: Buffer = this.view
  #counted = 0
  #line = 1

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  get end(): number {
    return this.base + this.view.length
  }

  /** Reads one chunk more; what lies before `keepFrom` may be dropped. Sets `ended` where there is none. */
  async more(keepFrom: number): Promise<void> {
    const next = await this.#chunks.next()
    if (next.done === true) this.ended = true
    else if (next.value.length > 0) this.#append(next.value, keepFrom)
  }

  /** Where a position is, for a person. Cheap when asked in ascending order. */
  at(offset: number): { readonly offset: number; readonly line: number } {
    if (offset >= this.#counted) this.#countTo(offset)
    return { offset, line: this.#line }
  }

  /** As {@link ByteWindow.at} for a place ahead, without moving on: asked before an earlier position is. */
  ahead(offset: number): { readonly offset: number; readonly line: number } {
    return { offset, line: this.#line + newlines(this.view, this.#counted - this.base, offset - this.base) }
  }

  /** Somebody else has counted the lines up to here. */
  counted(offset: number, lines: number): void {
    this.#counted = offset
    this.#line += lines
  }

  bytes(from: number, to: number): Buffer {
    return this.view.subarray(from - this.base, to - this.base)
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
      this.view = chunk
      return
    }
    if (this.#store.length - length < chunk.length) {
      this.#store = Buffer.allocUnsafeSlow(2 * (kept + chunk.length))
      this.view.copy(this.#store, 0, length - kept)
      this.base = keepFrom
      chunk.copy(this.#store, kept)
      this.view = this.#store.subarray(0, kept + chunk.length)
      return
    }
    chunk.copy(this.#store, length)
    this.view = this.#store.subarray(0, length + chunk.length)
  }

  #countTo(offset: number): void {
    this.#line += newlines(this.view, this.#counted - this.base, offset - this.base)
    this.#counted = offset
  }
}

function newlines(bytes: Buffer, from: number, to: number): number {
  let count = 0
  let index = bytes.indexOf(byte.newline, Math.max(0, from))
  while (index >= 0 && index < to) {
    count += 1
    index = bytes.indexOf(byte.newline, index + 1)
  }
  return count
}
