import type { TextRange } from '../outline.ts'
import type { TextPlaces } from '../text/random-text.ts'

/** Where in an archive's text the data of an entry is. */
export interface DataPlaceInText {
  readonly dumpId: number
  readonly from: number
  to: number
  isClaimed: boolean
}

/**
 * Where the first reading found each entry's data, in the order of the text. Decompressing can begin only where an entry
 * begins, so each one's data is read as one stretch: reading a hundred parts of it would cost fifty times its size.
 */
export class DataPlaces implements TextPlaces {
  readonly runBytes = Number.POSITIVE_INFINITY
  readonly #places: DataPlaceInText[] = []

  begin(dumpId: number, from: number): void {
    this.#places.push({ dumpId, from, to: Number.POSITIVE_INFINITY, isClaimed: false })
  }

  end(to: number): void {
    const last = this.#places.at(-1)
    if (last !== undefined) last.to = to
  }

  endOf(from: number): number {
    return this.at(from)?.to ?? from
  }

  claim(range: TextRange): boolean {
    const place = this.at(range.from)
    if (place === null || place.isClaimed || range.to > place.to) return false
    place.isClaimed = true
    return true
  }

  /** The data that covers a byte. Null where the text is made of the table of contents. */
  at(offset: number): DataPlaceInText | null {
    // Most are asked for as soon as they are known.
    const last = this.#places.at(-1)
    if (last !== undefined && last.from <= offset) return offset < last.to ? last : null
    let low = 0
    let high = this.#places.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#places[middle]?.from ?? 0) <= offset) low = middle + 1
      else high = middle
    }
    const found = this.#places[low - 1]
    return found !== undefined && offset < found.to ? found : null
  }
}
