import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../core/index.ts'
import { mayPass } from './storage-fault.ts'

export interface PatienceOptions {
  /** How often one thing is tried. */
  readonly attempts: number
  /** The first pause; each further one is twice as long. */
  readonly pauseMs: number
  /** The longest pause that a server may ask for; asked for more, we end and say so. */
  readonly longestPauseMs: number
}

/* Five tries over some fifteen seconds see a restart of the API through; who asks for more than a minute means later. */
export const usualPatience: PatienceOptions = { attempts: 5, pauseMs: 1_000, longestPauseMs: 60_000 }

/** Tries again, with pauses. Whoever is told to wait makes everybody wait: the limit is the project's. */
export class Patience {
  readonly #options: PatienceOptions
  readonly #signal: AbortSignal
  #restUntil = 0

  constructor(options: PatienceOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
  }

  async patiently<T>(work: () => Promise<T>): Promise<T> {
    const { attempts, pauseMs } = this.#options
    for (let attempt = 1; ; attempt += 1) {
      await this.#rest()
      try {
        return await work()
      } catch (thrown) {
        this.#signal.throwIfAborted()
        if (!mayPass(thrown) || attempt >= attempts) throw thrown
        const asked = this.#askedPause(thrown)
        if (asked !== null) this.#restUntil = Math.max(this.#restUntil, performance.now() + asked)
        else await this.#pause(pauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2))
      }
    }
  }

  #askedPause(fault: Fault): number | null {
    const asked = fault.facts['retryAfterMs']
    if (typeof asked !== 'number') return null
    if (asked <= this.#options.longestPauseMs) return asked
    throw new Fault('E_STORE_FAILED', `the Storage API asks for ${Math.ceil(asked / 1_000)} s of rest`, {
      hint: 'run the same command again after that: it fetches only what lacks',
      facts: { forAll: true },
      cause: fault,
    })
  }

  async #rest(): Promise<void> {
    for (let left = this.#restUntil - performance.now(); left > 0; left = this.#restUntil - performance.now()) {
      await this.#pause(left)
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal })
  }
}
