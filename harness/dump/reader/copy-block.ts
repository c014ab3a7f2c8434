import { byte } from '../lexer/byte-classes.ts'
import type { ByteWindow } from './byte-window.ts'

/** The rows of a COPY block, up to its `\.` line, in chunks as they come from the file. */
export class CopyBlock {
  rows = 0
  bytes = 0
  terminated = false
  /** Where in the text the first carriage return is, -1 if there is none: pg_dump writes it as `\r`. */
  carriageReturn = -1
  isDone = false
  position: number
  /** Where the first row begins. */
  readonly start: number
  readonly #window: ByteWindow
  #isLineStart = true

  constructor(window: ByteWindow, start: number) {
    this.#window = window
    this.start = start
    this.position = start
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (let chunk = await this.#read(); chunk !== null; chunk = await this.#read()) yield chunk
  }

  async skip(): Promise<void> {
    while (!this.isDone) await this.#read()
  }

  async #read(): Promise<Buffer | null> {
    while (!this.isDone) {
      const window = this.#window
      const from = this.position - window.base
      const to = this.#scan(window.view, from, window.ended)
      if (to > from) {
        this.bytes += to - from
        return window.lend(window.base + from, window.base + to)
      }
      if (this.isDone) return null
      if (window.ended) this.isDone = true
      else await window.more(this.position)
    }
    return null
  }

  /** Moves `position` past the bytes that are certain, and past the closing line; returns where the rows among them end. */
  #scan(view: Buffer, from: number, isEnd: boolean): number {
    const end = view.length
    let lineStart = this.#isLineStart ? from : -1
    let index = from
    let rows = 0
    let to = end
    for (;;) {
      if (lineStart >= 0 && lineStart < end && view[lineStart] === byte.backslash) {
        const closing = closingLine(view, lineStart, isEnd)
        if (closing !== 0) {
          to = lineStart
          if (closing > 0) {
            this.terminated = true
            this.isDone = true
            this.#advance(view, from, to, rows, true)
            this.position += closing
            this.#window.counted(this.position, 1)
            return to
          }
          break
        }
      }
      const newline = view.indexOf(byte.newline, index)
      if (newline < 0) break
      rows += 1
      index = newline + 1
      lineStart = index
    }
    this.#advance(view, from, to, rows, lineStart === to)
    return to
  }

  #advance(view: Buffer, from: number, to: number, rows: number, isLineStart: boolean): void {
    if (to > from && this.carriageReturn < 0) {
      const found = view.indexOf(byte.carriageReturn, from)
      if (found >= 0 && found < to) this.carriageReturn = this.#window.base + found
    }
    this.rows += rows
    this.#isLineStart = isLineStart
    this.position = this.#window.base + to
    this.#window.counted(this.position, rows)
  }
}

/** Length of the `\.` line at `at`; 0 if it is another line, -1 if the bytes end before that is clear. */
function closingLine(view: Buffer, at: number, isEnd: boolean): number {
  const left = view.length - at
  if (left > 1 && view[at + 1] !== byte.dot) return 0
  if (left > 2 && view[at + 2] === byte.newline) return 3
  if (left > 2 && view[at + 2] !== byte.carriageReturn) return 0
  if (left > 3) return view[at + 3] === byte.newline ? 4 : 0
  return isEnd ? 0 : -1
}
