import type { ObjectFact } from '../facts/index.ts'
import { ownerOf, type ObjectIndex } from './object-index.ts'

/**
 * Tells a column that moved from one whose neighbours came or went: places are counted among the columns that both
 * sides have. Counted only once a place differs at all.
 */
export class ColumnOrder {
  readonly #sides: readonly [ObjectIndex, ObjectIndex]
  #places: readonly [ReadonlyMap<ObjectFact, number>, ReadonlyMap<ObjectFact, number>] | null = null

  constructor(before: ObjectIndex, after: ObjectIndex) {
    this.#sides = [before, after]
  }

  hasMoved(was: ObjectFact, is: ObjectFact): boolean {
    const [before, after] = this.#sides
    this.#places ??= [placesOfCommon(before, after), placesOfCommon(after, before)]
    return this.#places[0].get(was) !== this.#places[1].get(is)
  }
}

function placesOfCommon(mine: ObjectIndex, other: ObjectIndex): Map<ObjectFact, number> {
  const columns = [...mine.all()].filter((object) => object.kind === 'column' && other.get(object) !== undefined)
  const places = new Map<ObjectFact, number>()
  for (const ofTable of Map.groupBy(columns, ownerOf).values()) {
    ofTable
      .sort((a, b) => Number(a.properties['position']) - Number(b.properties['position']))
      .forEach((column, place) => places.set(column, place))
  }
  return places
}
