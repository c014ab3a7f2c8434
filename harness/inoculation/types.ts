import type { CheckId } from '../compare/index.ts'
import type { SqlRunner } from '../core/index.ts'
import type { AccessFacts, Facts, ObjectFact, Parts } from '../facts/index.ts'

/** What a break may be done to, and what is known of the copy before anything is broken. */
export interface Patient {
  /** Of the copy as it is. */
  readonly facts: Facts
  /** Whose definitions and rows are compared: not those of the platform, nor what already differs. */
  readonly isCompared: (schema: string, identity: string) => boolean
  /** Objects that some check has something to say of already, as findings name them. */
  readonly named: ReadonlySet<string>
  /** Roles whose attributes are compared, and are this copy's own. */
  readonly isComparedRole: (name: string) => boolean
  /** Expressions are comparable: both sides were spelled by one major. */
  readonly spellsAlike: boolean
  /** Each row is compared, not only their number. */
  readonly comparesContent: boolean
  readonly carriesDatabase: boolean
  readonly isSuperuser: boolean
  /** What a reading of each table has to read, by identity; one that is missing is too large. */
  readonly bytes: ReadonlyMap<string, number>
  /** Tables with triggers may be written to. */
  readonly isCutOff: boolean
  /** Who sees what, where that is compared. */
  readonly access: AccessFacts | null
}

/** What has to be looked at again once something is broken. */
export type Look =
  | { readonly by: 'facts'; readonly parts: Parts }
  | { readonly by: 'access'; readonly viewer: string; readonly relation: string }
  | { readonly by: 'writes'; readonly relation: string }

/** One thing that one break can be done to. */
export interface Target {
  /** What the finding has to name. */
  readonly object: string
  /** False, or a refusal of the server: nothing was broken. In a savepoint of the caller. */
  readonly apply: (sql: SqlRunner) => Promise<boolean>
  readonly look: Look
}

/** One way in which backups were bad, and the check that has to see it. */
export interface Break {
  /** `row deleted`. */
  readonly name: string
  readonly check: CheckId
  /** In no order; none where it can't be done here. */
  readonly targets: (patient: Patient) => readonly Target[]
}

/** What came of one break. */
export interface BreakOutcome {
  readonly name: string
  readonly object: string
  readonly check: CheckId
  readonly seen: boolean
  /** What the check said, or what was said instead. */
  readonly message: string | null
  readonly ms: number
}

export interface InoculationReport {
  /** The same seed draws the same breaks of the same copy. */
  readonly seed: number
  readonly wanted: number
  readonly breaks: readonly BreakOutcome[]
  /** What the broken copy was compared with: production as it was recorded, or the copy as it was before. */
  readonly against: 'baseline' | 'the copy before'
  /** Of what was touched, that which is not as before: nothing, or the copy is not to be used any more. */
  readonly leftBehind: readonly string[]
}

export type { ObjectFact }
