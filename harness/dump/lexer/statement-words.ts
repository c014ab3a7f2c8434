import { RoutineBody } from './routine-body.ts'
import { isWordAt, ValuesList } from './values-list.ts'

/** What the unquoted words of a statement say about where it ends. */
export class StatementWords {
  first = ''
  readonly routine = new RoutineBody()
  readonly values = new ValuesList()
  #isInsert = false
  #count = 0

  next(): void {
    if (this.#isInsert) this.values.next()
    else this.routine.reset()
    this.first = ''
    this.#isInsert = false
    this.#count = 0
  }

  /** The word from `from` to `to` of the view, within so many brackets. */
  see(view: Buffer, from: number, to: number, base: number, brackets: number): void {
    if (this.#isInsert) {
      if (brackets === 0) this.values.word(view, from, to, base)
      return
    }
    this.#count += 1
    if (this.#count === 1) {
      this.#isInsert = isWordAt(view, from, to, insertWord)
      this.first = this.#isInsert ? 'insert' : shortWord(view, from, to)
      if (this.first === 'create') this.routine.word('create', brackets)
    } else if (this.first === 'create' && (this.#count <= 4 || this.routine.isRoutine)) {
      this.routine.word(shortWord(view, from, to), brackets)
    }
  }
}

const insertWord = Buffer.from('insert')

/** In lower case; a word longer than any keyword that matters is not looked at. */
function shortWord(view: Buffer, from: number, to: number): string {
  return to - from > 12 ? '-' : view.toString('latin1', from, to).toLowerCase()
}
