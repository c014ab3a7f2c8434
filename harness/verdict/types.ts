import type { CheckId, Finding } from '../compare/index.ts'

export type Answer = 'GO' | 'NO-GO' | 'UNDECIDED'

/** A check that must report for this rehearsal to be able to say GO, fixed before anything runs. */
export interface PlannedCheck {
  readonly check: CheckId
  /** Why it is in the plan, for the evidence: `baseline recorded in the dump's snapshot`. */
  readonly because: string
}

/** A named, dated, expiring exception: turns a finding into a notice that stays visible. */
export interface Waiver {
  readonly check: string
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
  /** Every planned check with its own answer: the worst of its findings. */
  readonly checks: readonly {
    readonly check: CheckId
    readonly required: boolean
    readonly status: Finding['status']
    readonly findings: number
    readonly summary: string
  }[]
}
