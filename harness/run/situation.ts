import type { Clock, Progress } from '../core/index.ts'
import type { ResolvedConfig } from '../config/index.ts'

/** What every phase of a rehearsal is handed. */
export interface Situation {
  readonly config: ResolvedConfig
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
}
