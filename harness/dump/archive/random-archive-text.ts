import { Fault } from '../../core/index.ts'
import type { TextRange } from '../outline.ts'
import { damageOf, interrupted } from '../plain-source.ts'
import { changed, type RandomText } from '../text/random-text.ts'
import { ArchiveDamage } from './archive-damage.ts'
import type { ArchiveStore } from './archive-store.ts'
import { dataOf } from './archive-text.ts'
import type { DataPlaces } from './data-places.ts'
import type { TocEntry } from './toc-entry.ts'

/** The data of an archive's entries as the text that was made of it, several at a time, each with a decoder of its own. */
export class RandomArchiveText implements RandomText {
  readonly #store: ArchiveStore
  readonly #places: DataPlaces
  readonly #signal: AbortSignal
  readonly #entries: ReadonlyMap<number, TocEntry>

  constructor(store: ArchiveStore, places: DataPlaces, signal: AbortSignal) {
    this.#store = store
    this.#places = places
    this.#signal = signal
    this.#entries = new Map(store.entries.map((entry) => [entry.dumpId, entry]))
  }

  async *bytes({ from, to }: TextRange): AsyncGenerator<Buffer> {
    if (from >= to) return
    const place = this.#places.at(from)
    const entry = this.#entries.get(place?.dumpId ?? 0)
    if (place === null || entry === undefined || to > place.to)
      throw new RangeError(`bytes ${from} to ${to} are not in the data of one entry`)
    let at = place.from
    try {
      for await (const chunk of dataOf(this.#store, entry)) {
        if (this.#signal.aborted) throw interrupted(this.#signal)
        const begin = Math.max(0, from - at)
        const end = Math.min(chunk.length, to - at)
        at += chunk.length
        if (end > begin) yield chunk.subarray(begin, end)
        if (at >= to) return
      }
    } catch (error) {
      throw this.#asFault(error)
    }
    throw changed(`the data of entry ${place.dumpId} is shorter than it was`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]()
  }

  /** The archive was whole when it was read first. */
  #asFault(error: unknown): unknown {
    if (this.#signal.aborted) return interrupted(this.#signal)
    if (error instanceof Fault) return error
    const damage = error instanceof ArchiveDamage ? error.text : damageOf(error)
    return damage === null ? error : changed(damage.message, error)
  }
}
