import type { ObjectFact } from '../../facts/index.ts'

/** Hands out an object's properties and knows which were never asked for: those are shown as comment lines. */
export class PropertyReader {
  readonly #properties: ObjectFact['properties']
  readonly #taken = new Set<string>()

  constructor({ properties }: ObjectFact) {
    this.#properties = properties
  }

  /** The property's text; null where it is not set. It counts as shown. */
  take(name: string): string | null {
    this.#taken.add(name)
    return this.#properties[name] ?? null
  }

  isTrue(name: string): boolean {
    return this.take(name) === 'true'
  }

  /** `prefix value`, or nothing where the property is not set. */
  clause(name: string, prefix: string): string[] {
    const value = this.take(name)
    return value === null ? [] : [`${prefix} ${value}`]
  }

  /** What was not taken, by name: no `false`, which says what saying nothing says. */
  rest(): (readonly [string, string])[] {
    return Object.entries(this.#properties)
      .filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== 'false')
      .filter(([name]) => !this.#taken.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
  }
}
