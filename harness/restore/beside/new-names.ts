import type { QualifiedName } from '../../dump/index.ts'

/** NAMEDATALEN - 1: the server would cut a longer one, and two could then be one. */
export const longestName = 63

/**
 * What a table's index, key or sequence is called under the table's new name: `users_pkey` of `users` becomes
 * `users_old_pkey` of `users_old`. Never a name that is taken, and each of them once.
 */
export class NewNames {
  readonly #taken: ReadonlySet<string>
  readonly #given = new Set<string>()

  /** Names in the new table's schema. */
  constructor(taken: ReadonlySet<string>) {
    this.#taken = taken
  }

  give(part: string, from: QualifiedName, to: QualifiedName): string {
    const wanted = part.startsWith(from.name) ? `${to.name}${part.slice(from.name.length)}` : `${to.name}_${part}`
    for (let attempt = 1; ; attempt += 1) {
      const suffix = attempt === 1 ? '' : `_${attempt}`
      const name = `${cut(wanted, longestName - suffix.length)}${suffix}`
      if (this.#taken.has(name) || this.#given.has(name)) continue
      this.#given.add(name)
      return name
    }
  }

  /** A name that is somebody's from now on. */
  reserve(name: string): void {
    this.#given.add(name)
  }
}

/** To so many bytes, never within a character. */
function cut(text: string, bytes: number): string {
  let kept = text
  while (Buffer.byteLength(kept) > bytes) kept = Array.from(kept).slice(0, -1).join('')
  return kept
}
