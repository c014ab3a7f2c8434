import type { Clock, Progress } from '../core/index.ts'
import type { ResolvedConfig } from '../config/index.ts'
import type { Engine } from '../engine/index.ts'

/** What every phase of a rehearsal is handed. */
export interface Situation {
  readonly config: ResolvedConfig
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Runs psql and pg_restore even below the minor with the known fixes. Never a standing choice: no config says it. */
  readonly acceptVulnerableClient?: boolean
  /** Taken in place of the one that config and the dump ask for: thousands of rehearsals can share one server. */
  readonly engine?: Engine
}
