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

  /** Null when nothing may run until another item is done. */
  take(): PlanItem | null {
    for (let at = this.#ready.length - 1; at >= 0; at -= 1) {
      const item = this.#ready[at]
      if (item === undefined || !this.#isFree(item)) continue
      this.#ready.splice(at, 1)
      for (const { key, use } of item.touches) this.#held.set(key, [...(this.#held.get(key) ?? []), use])
      return item
    }
    return null
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
