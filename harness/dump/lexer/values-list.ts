/** The rows in the VALUES list of an INSERT, as far as they were read. */
export class ValuesList {
  /** Where the word VALUES ends, -1 before it. */
  wordEnd = -1
  /** A bracket within no other is a row's. */
  isListed = false
  /** Rows since the last {@link ValuesList.cut}. */
  rows = 0
  /** Where the first row since the last cut begins, -1 if there is none; and where the last one ends. */
  tupleStart = -1
  tupleEnd = -1
  isCut = false
  #afterDefault = false

  next(): void {
    this.wordEnd = -1
    this.isListed = false
    this.#afterDefault = false
    this.rows = 0
    this.tupleStart = -1
    this.tupleEnd = -1
    this.isCut = false
  }

  /** The rows so far have been taken. */
  cut(): void {
    this.rows = 0
    this.tupleStart = -1
    this.isCut = true
  }

  /** The INSERT's next word within no bracket. */
  word(view: Buffer, from: number, to: number, base: number): void {
    if (this.wordEnd >= 0) {
      this.isListed = false
      return
    }
    if (isWordAt(view, from, to, valuesWord)) {
      this.wordEnd = base + to
      // DEFAULT VALUES is a row without a list.
      this.isListed = !this.#afterDefault
      if (this.#afterDefault) this.rows = 1
    }
    this.#afterDefault = isWordAt(view, from, to, defaultWord)
  }

  tupleBegins(at: number): void {
    if (this.tupleStart < 0) this.tupleStart = at
    this.rows += 1
  }
}

const valuesWord = Buffer.from('values')
const defaultWord = Buffer.from('default')

/** `word` in lower case. */
export function isWordAt(view: Buffer, from: number, to: number, word: Buffer): boolean {
  if (to - from !== word.length) return false
  for (let index = 0; index < word.length; index += 1) {
    if (((view[from + index] as number) | 0x20) !== word[index]) return false
  }
  return true
}
