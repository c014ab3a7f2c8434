import type { Clock } from '../../core/index.ts'
import type { BackupProgress, BackupStep } from './types.ts'

/** Passes progress on, and keeps how long each step took in all. */
export class StepTimes implements BackupProgress {
  readonly #progress: BackupProgress
  readonly #clock: Clock
  readonly #took: Partial<Record<BackupStep, number>> = {}
  #startedMs = 0

  constructor(progress: BackupProgress, clock: Clock) {
    this.#progress = progress
    this.#clock = clock
  }

  get tookMs(): Readonly<Record<string, number>> {
    return this.#took
  }

  begin(step: BackupStep, total?: number): void {
    this.#startedMs = this.#clock.monotonicMs()
    this.#progress.begin(step, total)
  }

  advance(done: number, detail?: string): void {
    this.#progress.advance(done, detail)
  }

  end(step: BackupStep, summary: string): void {
    this.#took[step] = (this.#took[step] ?? 0) + Math.round(this.#clock.monotonicMs() - this.#startedMs)
    this.#progress.end(step, summary)
  }
}
