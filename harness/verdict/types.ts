import type { CheckId, Finding } from '../compare/index.ts'

export type Answer = 'GO' | 'NO-GO' | 'UNDECIDED'

/** What is known before anything runs, as far as it decides which checks must report. */
export interface Situation {
  /** What the restored copy is compared with: facts of the dump's own snapshot, production as it is now, or nothing. */
  readonly baseline: 'dump-snapshot' | 'live' | 'none'
  /** `not-required`: config says that without a baseline, no comparison with production is asked for. */
  readonly parity: 'required' | 'not-required'
  /** What the backup is expected to hold (`--expect`). */
  readonly expect: 'full' | 'schema' | 'data' | 'tables'
  /** `counts`: config says that the number of rows is enough; their content is then no required check. */
  readonly depth?: 'rows' | 'counts'
  /** Whether it is known who sees what in production: recorded with the baseline, or asked there. */
  readonly access: boolean
  /** Whether the set brings files of Supabase Storage. */
  readonly storage?: boolean
  /** Whether the copy is broken on purpose, to see whether the checks see it. */
  readonly inoculate?: boolean
  /** Whether config names expected tables, queries, a maximal age, sizes, a recovery time. */
  readonly expectedTables: boolean
  readonly queries: boolean
  readonly rpo: boolean
  readonly sizes: boolean
  readonly rto: boolean
}

/** A check that must report for this rehearsal to be able to say GO, fixed before anything runs. */
export interface PlannedCheck {
  readonly check: CheckId
  /** Why it is in the plan, for the evidence: `baseline recorded in the dump's snapshot`. */
  readonly because: string
}

/** One test of a spec file that was collected. */
export interface SpecName {
  readonly file: string
  readonly title: string
}

/** How that test ended. Skipped and never run are not passes. */
export interface SpecOutcome extends SpecName {
  readonly state: 'passed' | 'failed' | 'skipped' | 'not-run'
  readonly message: string | null
}

/** A named, dated, expiring exception: turns a finding into a notice that stays visible. */
export interface Waiver {
  readonly check: string
  /** The finding's object, exactly; for a finding without an object, the name of its check. */
  readonly object: string
  readonly reason: string
  readonly owner: string
  /** ISO date, the last day on which it holds (UTC). */
  readonly expires: string
}

export interface WaiverOutcome {
  readonly waiver: Waiver
  readonly state: 'applied' | 'expired' | 'matched nothing'
}

export interface Reason {
  readonly check: CheckId
  readonly object: string | null
  readonly text: string
  readonly remedy: string | null
}

export interface Verdict {
  readonly answer: Answer
  readonly exitCode: 0 | 1 | 2
  /** Most telling first. For a GO: what was proven. */
  readonly reasons: readonly Reason[]
  readonly notices: readonly Finding[]
  readonly waivers: readonly WaiverOutcome[]
  /** Every planned check with its own answer: the worst of its findings. Then those that reported unasked. */
  readonly checks: readonly CheckOutcome[]
}

export interface CheckOutcome {
  readonly check: CheckId
  readonly required: boolean
  readonly status: Finding['status']
  readonly findings: number
  readonly summary: string
}
