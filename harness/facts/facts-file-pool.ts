import { isPropertiesOfFile } from './facts-file-record.ts'
import type { ObjectFact } from './types.ts'

const none: readonly string[] = []
const separator = '\u0000'

/**
 * What objects of facts files have in common, kept once: the properties of most columns are those of many others, and two
 * documents of one database say nearly the same. Give one pool to files that are compared; it lives as long as they are read.
 */
export class FactsPool {
  readonly #properties = new Map<string, ObjectFact['properties']>()
  readonly #lists = new Map<string, readonly string[]>()
  /** Of the file that was read last. */
  objects: readonly ObjectFact[] = []

  /** Properties as JSON text; null when that is not what it is. Throws where it is no JSON. */
  properties(text: string): ObjectFact['properties'] | null {
    const known = this.#properties.get(text)
    if (known) return known
    const read: unknown = JSON.parse(text)
    if (!isPropertiesOfFile(read)) return null
    this.#properties.set(text, read)
    return read
  }

  list(items: readonly string[]): readonly string[] {
    if (items.length === 0) return none
    const key = items.length + separator + items.join(separator)
    const known = this.#lists.get(key)
    if (known) return known
    this.#lists.set(key, items)
    return items
  }
}
