/* Bytes that count as movement: one now and then, through a broken proxy, would keep a request for days. */
const least = 4_096

/** Ends a request on which next to nothing has moved for a while: a half-open connection would otherwise last for ever. */
export class IdleLimit implements Disposable {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal
  readonly #timer: NodeJS.Timeout
  #moved = 0

  constructor(outer: AbortSignal, idleMs: number) {
    this.#outer = outer
    this.#timer = setTimeout(() => this.#controller.abort(new Error(`less than 4 kB moved in ${idleMs} ms`)), idleMs)
    outer.addEventListener('abort', this.#onAbort)
    if (outer.aborted) this.#onAbort()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** So many bytes moved. */
  moved(bytes: number): void {
    this.#moved += bytes
    if (this.#moved < least) return
    this.#moved = 0
    this.#timer.refresh()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#outer.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => this.#controller.abort(this.#outer.reason)
}
