import type { PlanItem } from './plan-graph.ts'
import { mayOverlap, type RelationUse } from './uses.ts'

/** Hands out the items of a plan: of those that may run now, the one with the longest chain of work behind it. */
export class WorkQueue {
  readonly #items: readonly PlanItem[]
  readonly #waitingFor: number[]
  readonly #followers: readonly (readonly number[])[]
  /** Items that need nothing more, the longest chain last. */
  readonly #ready: PlanItem[] = []
  readonly #held = new Map<string, RelationUse[]>()
  #left: number

  constructor(items: readonly PlanItem[]) {
    this.#items = items
    this.#left = items.length
    this.#waitingFor = items.map(({ after }) => after.length)
    const followers: number[][] = items.map(() => [])
    for (const { id, after } of items) for (const need of after) followers[need]?.push(id)
    this.#followers = followers
    for (const item of items) if (item.after.length === 0) this.#ready.push(item)
    this.#ready.sort(byChain)
  }

  get isDone(): boolean {
    return this.#left === 0
  }

  /** Null when nothing (that fits) may run until another item is done. */
  take(fits: (item: PlanItem) => boolean = () => true): PlanItem | null {
    for (let at = this.#ready.length - 1; at >= 0; at -= 1) {
      const item = this.#ready[at]
      if (item === undefined || !fits(item) || !this.#isFree(item)) continue
      this.#ready.splice(at, 1)
      for (const { key, use } of item.touches) this.#held.set(key, [...(this.#held.get(key) ?? []), use])
      return item
    }
    return null
  }

  /**
   * As {@link WorkQueue.take}; small ones come with more of them, to be run together: the longest chain first all the
   * same. None may need another of the same batch, which is not done before the batch is.
   */
  takeBatch(isSmall: (item: PlanItem) => boolean, most: number): readonly PlanItem[] {
    const first = this.take()
    if (first === null || !isSmall(first)) return first === null ? [] : [first]
    const batch = [first]
    while (batch.length < Math.min(most, this.#share())) {
      const next = this.#ready.at(-1)
      if (next === undefined || !isSmall(next)) break
      const item = this.take(isSmall)
      if (item === null) break
      batch.push(item)
    }
    return batch
  }

  /** Leaves others something to do. */
  #share(): number {
    return 1 + this.#ready.length / 4
  }

  done({ id, touches }: PlanItem): void {
    this.#left -= 1
    for (const { key, use } of touches) {
      const uses = this.#held.get(key) ?? []
      const rest = uses.toSpliced(uses.indexOf(use), 1)
      if (rest.length > 0) this.#held.set(key, rest)
      else this.#held.delete(key)
    }
    for (const follower of this.#followers[id] ?? []) {
      const left = (this.#waitingFor[follower] ?? 0) - 1
      this.#waitingFor[follower] = left
      const item = this.#items[follower]
      if (left === 0 && item !== undefined) this.#insert(item)
    }
  }

  #isFree({ touches }: PlanItem): boolean {
    return touches.every(({ key, use }) => (this.#held.get(key) ?? []).every((held) => mayOverlap(held, use)))
  }

  #insert(item: PlanItem): void {
    let low = 0
    let high = this.#ready.length
    while (low < high) {
      const middle = (low + high) >> 1
      const there = this.#ready[middle]
      if (there !== undefined && byChain(there, item) < 0) low = middle + 1
      else high = middle
    }
    this.#ready.splice(low, 0, item)
  }
}

/** The longest chain last; of equal ones the first of the dump last. */
function byChain(a: PlanItem, b: PlanItem): number {
  return a.chain - b.chain || b.id - a.id
}
