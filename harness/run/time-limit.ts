import { Fault, formatDuration, type Progress, type StepName } from '../core/index.ts'

export interface Limited {
  /** `the rehearsal`, `the restore`. */
  readonly what: string
  readonly limitMs: number
  /** Whatever else ends it. */
  readonly signal: AbortSignal
  readonly progress: Progress
  /** What the server is busy with, in a few words, if anybody can say. */
  readonly look: () => Promise<string | null>
}

/** A server that does not say by then what it is busy with is not waited for. */
const lookingMs = 3_000
/** What setTimeout can count to: 24.8 days. More would fire at once. */
const longestTimerMs = 2 ** 31 - 1

/**
 * Code in a dump (a CHECK, a trigger, an index expression) may never come to its end. When the limit is over, what goes
 * on is looked at, and ended as by an interrupt.
 */
export class TimeLimit implements AsyncDisposable {
  /** Aborts when the limit is over, or with the signal that was given. */
  readonly signal: AbortSignal
  readonly progress: Progress
  readonly #limited: Limited
  readonly #over = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #step: StepName | null = null
  #detail = ''
  #looking: Promise<string | null> = Promise.resolve(null)
  #isClosed = false

  constructor(limited: Limited) {
    this.#limited = limited
    this.signal = AbortSignal.any([limited.signal, this.#over.signal])
    this.progress = this.#followed(limited.progress)
    this.#wait(limited.limitMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#looking
  }

  #wait(ms: number): void {
    const now = Math.min(ms, longestTimerMs)
    this.#timer = setTimeout(() => (ms > now ? this.#wait(ms - now) : void this.#end()), now)
  }

  async #end(): Promise<void> {
    const { what, limitMs, look, signal } = this.#limited
    // What can't be seen is left out: the limit is over all the same.
    this.#looking = look().catch(() => null)
    let late: NodeJS.Timeout | undefined
    const patience = new Promise<null>((resolve) => {
      late = setTimeout(resolve, lookingMs, null)
    })
    const running = await Promise.race([this.#looking, patience])
    clearTimeout(late)
    if (this.#isClosed || signal.aborted) return
    const where = this.#step === null ? '' : ` at the step "${this.#step}"`
    const doing = running ?? (this.#detail === '' ? null : `the last heard of was ${this.#detail}`)
    const said = `${what} was ended by its time limit of ${formatDuration(limitMs)}${where}`
    const cause = new Fault('E_TIMEOUT', doing === null ? said : `${said}: ${doing}`, {
      hint:
        running === null
          ? 'raise timeLimit (--time-limit) if it only needs longer'
          : 'look at what runs with it (checks, triggers, defaults, generated columns, index expressions): it may never end; raise timeLimit (--time-limit) if it only needs longer',
      facts: { step: this.#step, limitMs },
    })
    this.endWith(cause)
  }

  /** Before the limit is over, for a reason of its own. */
  endWith(cause: Fault): void {
    this.#over.abort(new Error('the time limit is over', { cause }))
  }

  #followed(progress: Progress): Progress {
    return {
      begin: (step, total) => {
        this.#step = step
        this.#detail = ''
        progress.begin(step, total)
      },
      advance: (done, detail) => {
        if (detail !== undefined) this.#detail = detail
        progress.advance(done, detail)
      },
      end: (step, summary) => {
        this.#detail = ''
        progress.end(step, summary)
      },
    }
  }
}

/** `E_TIMEOUT`, where that is what aborted it. Nobody else sees it: on the way out it is an interrupt like any other. */
export function faultOfLimit({ reason }: AbortSignal): Fault | null {
  return reason instanceof Error && reason.cause instanceof Fault && reason.cause.code === 'E_TIMEOUT'
    ? reason.cause
    : null
}
