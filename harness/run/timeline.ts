import { asFault, type Clock, type Fault, type Progress, type StepName } from '../core/index.ts'
import type { StepRecord } from '../report/index.ts'

/** Measures the steps of a rehearsal and tells progress of them: the report's bars. */
export class Timeline {
  readonly steps: StepRecord[] = []
  readonly #clock: Clock
  readonly #progress: Progress
  readonly #startMs: number

  constructor(clock: Clock, progress: Progress) {
    this.#clock = clock
    this.#progress = progress
    this.#startMs = clock.monotonicMs()
  }

  get elapsedMs(): number {
    return this.#clock.monotonicMs() - this.#startMs
  }

  /** Does a step. `summary` says in a few words what came of it. A fault ends the step and is handed on. */
  async step<Result>(
    step: StepName,
    work: () => Promise<Result>,
    summary: (result: Result) => string,
  ): Promise<Result> {
    const startMs = this.elapsedMs
    this.#progress.begin(step)
    try {
      const result = await work()
      this.#close(step, startMs, summary(result), 'done')
      return result
    } catch (thrown) {
      const fault: Fault = asFault(thrown)
      this.#close(step, startMs, fault.message, 'failed')
      throw fault
    }
  }

  #close(step: StepName, startMs: number, summary: string, outcome: StepRecord['outcome']): void {
    this.steps.push({ step, startMs, durationMs: this.elapsedMs - startMs, summary, outcome })
    this.#progress.end(step, summary)
  }
}
