import type { ObjectFact } from '../facts/index.ts'
import { ownerOf, type ObjectIndex } from './object-index.ts'

/**
 * Tells a column that moved from one whose neighbours came or went: places are counted among the columns that both
 * sides have.
 */
export class ColumnOrder {
  readonly #before: ReadonlyMap<ObjectFact, number>
  readonly #after: ReadonlyMap<ObjectFact, number>

  constructor(before: ObjectIndex, after: ObjectIndex) {
    this.#before = placesOfCommon(before, after)
    this.#after = placesOfCommon(after, before)
  }

  hasMoved(was: ObjectFact, is: ObjectFact): boolean {
    return this.#before.get(was) !== this.#after.get(is)
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
