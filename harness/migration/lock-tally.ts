import { describeMode, strengthOf } from './lock-modes.ts'
import type { HeldLock } from './types.ts'

/** One row of pg_locks. */
export interface SeenLock {
  readonly pid: string
  readonly relation: string
  readonly mode: string
  readonly granted: boolean
}

interface Span {
  readonly sinceMs: number
  untilMs: number
}

/** Makes spans of time of what single looks saw. */
export class LockTally {
  readonly #open = new Map<string, Span>()
  readonly #held = new Map<string, Map<string, number>>()
  readonly #waits = new Map<string, { pids: Set<string>; longestMs: number }>()

  /** `everyMs`: a lock that is seen was there for about that long at the least. */
  see(locks: readonly SeenLock[], atMs: number, everyMs: number): void {
    const seen = new Set<string>()
    for (const { pid, relation, mode, granted } of locks) {
      const key = `${pid} ${relation} ${mode} ${granted}`
      seen.add(key)
      const span = this.#open.get(key) ?? { sinceMs: atMs, untilMs: atMs }
      span.untilMs = atMs + everyMs
      this.#open.set(key, span)
      const ms = span.untilMs - span.sinceMs
      if (granted) this.#hold(relation, mode, ms)
      else this.#wait(relation, pid, ms)
    }
    for (const key of this.#open.keys()) if (!seen.has(key)) this.#open.delete(key)
  }

  /** A lock that was never seen, and was there. */
  imply(relation: string, mode: string): void {
    this.#hold(relation, mode, 0)
  }

  /**
   * The locks on each relation, the gravest first: the strongest, and weaker ones that kept others waiting for longer.
   * Relations that nobody names are new: nobody waits there.
   */
  list(nameOf: (relation: string) => string | null): HeldLock[] {
    return [...this.#held]
      .flatMap(([relation, byMode]) => {
        const name = nameOf(relation)
        if (name === null) return []
        const wait = this.#waits.get(relation)
        return worthTelling(byMode).map(([mode, ms], index) => ({
          strength: strengthOf(mode),
          lock: {
            relation: name,
            mode: describeMode(mode).name,
            blocks: describeMode(mode).blocks,
            heldMs: Math.round(ms),
            waiters: index === 0 ? (wait?.pids.size ?? 0) : 0,
            waitedMs: index === 0 ? Math.round(wait?.longestMs ?? 0) : 0,
          },
        }))
      })
      .sort(
        (a, b) =>
          b.strength - a.strength || b.lock.heldMs - a.lock.heldMs || (a.lock.relation < b.lock.relation ? -1 : 1),
      )
      .map(({ lock }) => lock)
  }

  #hold(relation: string, mode: string, ms: number): void {
    const byMode = this.#held.get(relation) ?? new Map<string, number>()
    byMode.set(mode, Math.max(ms, byMode.get(mode) ?? 0))
    this.#held.set(relation, byMode)
  }

  #wait(relation: string, pid: string, ms: number): void {
    const wait = this.#waits.get(relation) ?? { pids: new Set<string>(), longestMs: 0 }
    wait.pids.add(pid)
    wait.longestMs = Math.max(wait.longestMs, ms)
    this.#waits.set(relation, wait)
  }
}

/** From the strongest: a second of SHARE is not hidden by a millisecond of ACCESS EXCLUSIVE. */
function worthTelling(byMode: ReadonlyMap<string, number>): (readonly [mode: string, ms: number])[] {
  const told: (readonly [string, number])[] = []
  for (const [mode, ms] of [...byMode].sort(([a], [b]) => strengthOf(b) - strengthOf(a))) {
    const isLonger = describeMode(mode).blocks !== 'nothing' && told.every(([, other]) => ms > other)
    if (told.length === 0 || isLonger) told.push([mode, ms])
  }
  return told
}
