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
  /** How the copy is broken on purpose: the seed that draws it (by chance unless given), and in how many ways (five). */
  readonly inoculation?: { readonly seed?: number; readonly wanted?: number }
  /** Taken in place of the one that config and the dump ask for: thousands of rehearsals can share one server. */
  readonly engine?: Engine
}
