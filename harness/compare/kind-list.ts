import type { ObjectFact } from '../facts/index.ts'

/**
 * One kind's objects, in the order of the facts. Facts are sorted: whoever asks for one database's objects in turn finds
 * each at the place after the last, or by halving; a table of a hundred thousand keys costs more than the comparison.
 */
export class KindList {
  readonly #objects: ObjectFact[] = []
  /** Instead of the list, of facts that are not sorted: then the last object of a name counts, at the place of its first. */
  #byIdentity: Map<string, ObjectFact> | null = null
  #next = 0

  add(object: ObjectFact): void {
    const last = this.#objects.at(-1)
    if (this.#byIdentity === null && (last === undefined || last.identity < object.identity)) this.#objects.push(object)
    else {
      this.#byIdentity ??= new Map(this.#objects.map((known) => [known.identity, known]))
      this.#byIdentity.set(object.identity, object)
    }
  }

  get size(): number {
    return this.#byIdentity?.size ?? this.#objects.length
  }

  values(): Iterable<ObjectFact> {
    return this.#byIdentity?.values() ?? this.#objects
  }

  get(identity: string): ObjectFact | undefined {
    if (this.#byIdentity) return this.#byIdentity.get(identity)
    if (this.#objects[this.#next]?.identity !== identity) this.#next = this.#placeOf(identity)
    const found = this.#objects[this.#next]
    if (found?.identity !== identity) return undefined
    this.#next += 1
    return found
  }

  /** Where it is, or would be. */
  #placeOf(identity: string): number {
    let low = 0
    let high = this.#objects.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#objects[middle]?.identity ?? '') < identity) low = middle + 1
      else high = middle
    }
    return low
  }
}
