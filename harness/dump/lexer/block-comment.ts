import { byte } from './byte-classes.ts'

/** A block comment, in which others nest. */
export class BlockComment {
  #depth = 0

  begin(): void {
    this.#depth = 0
  }

  /** Past its closing mark. */
  scan(view: Buffer, from: number, isEnd: boolean): number {
    const end = view.length
    let index = from
    while (index < end) {
      const at = view[index]
      if (at !== byte.asterisk && at !== byte.slash) {
        index += 1
        continue
      }
      if (index + 1 === end && !isEnd) return ~index
      const next = index + 1 < end ? view[index + 1] : 0
      if (at === byte.slash && next === byte.asterisk) {
        this.#depth += 1
        index += 2
      } else if (at === byte.asterisk && next === byte.slash) {
        index += 2
        if (this.#depth === 0) return index
        this.#depth -= 1
      } else index += 1
    }
    return ~index
  }
}
