import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, type Clock } from '../../core/index.ts'

/** A dump that came to nothing, while another may come to something. */
export interface LostAttempt {
  /** `busy`: somebody wanted a table to himself. `failed`: something was dropped, or pg_dump gave up before it had written a row. */
  readonly lost: 'busy' | 'failed'
  /** Who it was and what he wanted, or what pg_dump said. */
  readonly why: string
  /** What it is when nothing comes of the others either. */
  readonly fault: Fault
}

export function isLost(taken: object): taken is LostAttempt {
  return 'lost' in taken
}

/** How long it is tried again while others want tables to themselves. An attempt that fails takes about a second. */
const patienceMs = 180_000
/** What is made and dropped while pg_dump reads definitions ends it; a fault of its own does so each time. */
const failuresBorne = 2

/** The attempts of one backup that came to nothing, and whether there is to be one more. */
export class LostAttempts {
  readonly #clock: Clock
  readonly #untilMs: number
  readonly #all: LostAttempt[] = []

  constructor(clock: Clock) {
    this.#clock = clock
    this.#untilMs = clock.monotonicMs() + patienceMs
  }

  /** Resolves when it is to be tried again; throws when patience is over. */
  async add(attempt: LostAttempt, signal: AbortSignal): Promise<void> {
    this.#all.push(attempt)
    const failures = this.#all.filter(({ lost }) => lost === 'failed').length
    if (failures > failuresBorne || this.#clock.monotonicMs() > this.#untilMs) throw attempt.fault
    // At once every other time: whoever has just been let through is the one who does not come right after. At random
    // in between, so as not to keep step with what runs at intervals.
    if (this.#all.length % 2 === 0) await sleep(100 + Math.random() * 900, undefined, { signal })
  }

  get count(): number {
    return this.#all.length
  }

  /** For the reader of the set; null where the first attempt was the one. */
  note(): string | null {
    const last = this.#all.at(-1)
    if (last === undefined) return null
    const times = this.#all.length === 1 ? 'once' : `${this.#all.length} times`
    return `the dump was begun anew ${times}, with a fresh snapshot, the last time because of this: ${last.why}`
  }
}
