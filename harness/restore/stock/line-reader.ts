/** Longer lines are cut: pg_restore repeats a refused statement in full, rows and all. */
const longestLine = 2_000

/** Bytes into lines, in bounded memory. */
export class LineReader {
  readonly #take: (line: string) => void
  #line = ''

  constructor(take: (line: string) => void) {
    this.#take = take
  }

  push(chunk: Buffer): void {
    const [first = '', ...others] = chunk.toString('latin1').split('\n')
    this.#add(first)
    for (const other of others) {
      this.end()
      this.#add(other)
    }
  }

  /** What is left without a newline. */
  end(): void {
    if (this.#line !== '') this.#take(Buffer.from(this.#line, 'latin1').toString('utf8'))
    this.#line = ''
  }

  #add(text: string): void {
    if (this.#line.length < longestLine) this.#line += text.slice(0, longestLine - this.#line.length)
  }
}
