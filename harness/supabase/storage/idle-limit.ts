/** Ends a request on which nothing has moved for a while: a half-open connection would otherwise last for ever. */
export class IdleLimit implements Disposable {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal
  readonly #timer: NodeJS.Timeout

  constructor(outer: AbortSignal, idleMs: number) {
    this.#outer = outer
    this.#timer = setTimeout(() => this.#controller.abort(new Error(`nothing came for ${idleMs} ms`)), idleMs)
    outer.addEventListener('abort', this.#onAbort)
    if (outer.aborted) this.#onAbort()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Something moved. */
  touch(): void {
    this.#timer.refresh()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#outer.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => this.#controller.abort(this.#outer.reason)
}
