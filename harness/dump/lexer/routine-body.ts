const letters: Readonly<Record<string, string>> = {
  create: 'c',
  function: 'f',
  procedure: 'p',
  or: 'o',
  replace: 'r',
}

/** How deep psql believes to be in a `BEGIN ATOMIC … END` body: it counts words, only in CREATE [OR REPLACE] FUNCTION or PROCEDURE. */
export class RoutineBody {
  depth = 0
  isRoutine = false
  #seen = ''
  #count = 0

  reset(): void {
    this.depth = 0
    this.isRoutine = false
    this.#seen = ''
    this.#count = 0
  }

  /** The next unquoted word of the statement, in lower case. */
  word(word: string, parentheses: number): void {
    if (this.#count < 4) {
      this.#seen += letters[word] ?? '-'
      this.#count += 1
      this.isRoutine = /^c(?:or)?[fp]/.test(this.#seen)
    }
    if (!this.isRoutine || parentheses > 0) return
    if (word === 'begin') this.depth += 1
    else if (word === 'case' && this.depth > 0) this.depth += 1
    else if (word === 'end' && this.depth > 0) this.depth -= 1
  }
}
