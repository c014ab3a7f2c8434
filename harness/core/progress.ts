/** The steps of a rehearsal, in order: the same words in the terminal, the timeline and the report. */
export type StepName =
  | 'find backup'
  | 'check files'
  | 'read dump'
  | 'start engine'
  | 'restore'
  | 'observe'
  | 'compare'
  | 'inoculate'
  | 'specs'
  | 'migration'
  | 'report'

/** How long work tells a person where it is. Implementations must be cheap: it is called often. */
export interface Progress {
  /** A step begins. `total` is in whatever unit `advance` counts (bytes, statements, tables). */
  begin(step: StepName, total?: number): void
  /** Within the current step: `done` so far, and a word on what is being worked on. */
  advance(done: number, detail?: string): void
  end(step: StepName, summary: string): void
}

export const silentProgress: Progress = { begin() {}, advance() {}, end() {} }
