import type { Clock, Progress } from '../core/index.ts'
import type { ResolvedConfig } from '../config/index.ts'
import type { Engine } from '../engine/index.ts'

/** What every phase of a rehearsal is handed. */
export interface Situation {
  readonly config: ResolvedConfig
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Taken in place of the one that config and the dump ask for: thousands of rehearsals can share one server. */
  readonly engine?: Engine
}
