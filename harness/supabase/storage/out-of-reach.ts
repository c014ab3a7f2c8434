import { Fault } from '../../core/index.ts'
import { isForAll } from './storage-fault.ts'

/* Each was tried five times over some fifteen seconds. */
const fewest = 4

/** Ends a work of many objects when the project is gone: each of a hundred thousand would be waited for in vain. */
export class OutOfReach {
  readonly #most: number
  #inARow = 0

  /** So many at a time. */
  constructor(parallel: number) {
    this.#most = Math.max(fewest, parallel)
  }

  reached(): void {
    this.#inARow = 0
  }

  /** Throws what holds for all objects, and where as many in a row were not reached as are worked on at a time. */
  missed(fault: Fault): void {
    if (isForAll(fault)) throw fault
    if (fault.code !== 'E_STORE_UNREACHABLE') return this.reached()
    this.#inARow += 1
    if (this.#inARow < this.#most) return
    throw new Fault('E_STORE_UNREACHABLE', `${fault.message}; nor were the ${this.#inARow - 1} before it`, {
      hint: 'check the network and whether the project is paused; then run the same command again: it goes on where it ended',
      cause: fault,
    })
  }
}
