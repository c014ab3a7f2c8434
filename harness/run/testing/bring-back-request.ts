import { silentProgress, systemClock } from '../../core/index.ts'
import type { BringBackRequest } from '../bring-back/index.ts'

/** A restore of all of a backup into env:TARGET, which is said not to be production. */
export function bringBackRequest(more: Pick<BringBackRequest, 'path'> & Partial<BringBackRequest>): BringBackRequest {
  return {
    to: 'env:TARGET',
    only: null,
    tables: [],
    schemas: [],
    production: null,
    baseline: null,
    notProduction: true,
    dryRun: false,
    environment: {},
    clock: systemClock,
    progress: silentProgress,
    signal: new AbortController().signal,
    timeLimitMs: 600_000,
    onPlan: () => {},
    ...more,
  }
}
