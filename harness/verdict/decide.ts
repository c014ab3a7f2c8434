import { exitCode } from '../core/index.ts'
import type { Finding } from '../compare/index.ts'
import { applyWaivers } from './apply-waivers.ts'
import { reasonsOfDifferences } from './reasons-of-differences.ts'
import { emptyPlanReason, reasonsOfGaps } from './reasons-of-gaps.ts'
import { reasonsOfProof } from './reasons-of-proof.ts'
import { addSpecChecks, specFinding } from './spec-checks.ts'
import { checkOutcome, tallyChecks, type CheckTally } from './tally-checks.ts'
import type { Answer, PlannedCheck, Reason, SpecOutcome, Verdict, Waiver } from './types.ts'

export interface Ledger {
  readonly plan: readonly PlannedCheck[]
  readonly findings: readonly Finding[]
  readonly waivers: readonly Waiver[]
  /** When the waivers must hold. */
  readonly now: Date
  /** How every collected test ended, when specs were to run at all; then each of them is required. */
  readonly specs?: readonly SpecOutcome[]
}

interface AnswerRow {
  readonly rule: string
  readonly holds: (tallies: readonly CheckTally[]) => boolean
  readonly answer: Answer
  readonly reasons: (tallies: readonly CheckTally[]) => readonly Reason[]
}

const gaps = (tallies: readonly CheckTally[]): CheckTally[] =>
  tallies.filter(({ required, status }) => required && status === 'not-checked')

/** How the answer comes about (docs/verdict-rules.md, 2): the first row that holds. */
export const answerTable: readonly AnswerRow[] = [
  {
    rule: 'a check differs, planned or not',
    holds: (tallies) => tallies.some(({ status }) => status === 'differs'),
    answer: 'NO-GO',
    reasons: (tallies) =>
      reasonsOfDifferences(tallies.flatMap(({ counting }) => counting.filter(({ status }) => status === 'differs'))),
  },
  {
    rule: 'the plan is empty',
    holds: (tallies) => !tallies.some(({ required }) => required),
    answer: 'UNDECIDED',
    reasons: () => [emptyPlanReason],
  },
  {
    rule: 'a required check was not checked, or never reported',
    holds: (tallies) => gaps(tallies).length > 0,
    answer: 'UNDECIDED',
    reasons: (tallies) => reasonsOfGaps(gaps(tallies)),
  },
  {
    rule: 'every required check is the same',
    holds: (tallies) => tallies.every(({ required, status }) => !required || status === 'same'),
    answer: 'GO',
    reasons: reasonsOfProof,
  },
]

const exitCodeOf = { GO: exitCode.go, 'NO-GO': exitCode.noGo, UNDECIDED: exitCode.undecided } as const

/**
 * The answer, from the plan and what was found. A red outside the plan still makes NO-GO; what was not checked outside
 * it does not matter. Pure: the same ledger on the same day gives the same verdict.
 */
export function decide({ plan, findings, waivers, now, specs }: Ledger): Verdict {
  const planned = specs === undefined ? plan : addSpecChecks(plan, specs)
  const { weighed, outcomes } = applyWaivers([...findings, ...(specs ?? []).map(specFinding)], waivers, now)
  const tallies = tallyChecks(planned, weighed)
  const row = answerTable.find(({ holds }) => holds(tallies))
  if (row === undefined) throw new TypeError('the table of answers has a row for every ledger')
  return {
    answer: row.answer,
    exitCode: exitCodeOf[row.answer],
    reasons: row.reasons(tallies),
    notices: weighed.map(({ finding }) => finding).filter(({ notice }) => notice),
    waivers: outcomes,
    checks: tallies.map(checkOutcome),
  }
}
