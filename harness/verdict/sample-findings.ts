import type { CheckId, Finding } from '../compare/index.ts'
import type { PlannedCheck, Situation } from './types.ts'

/** Test support: a finding with nothing special about it. */
export function finding(check: CheckId, status: Finding['status'], rest: Partial<Finding> = {}): Finding {
  const remedy = status === 'not-checked' ? 'do this' : null
  const plain = { object: null, notice: false, expected: null, actual: null, remedy, attribution: null }
  return { check, status, message: `${check} is ${status}`, ...plain, ...rest }
}

/** Test support: a finding of `same` for every check of a plan. */
export function allSame(plan: readonly PlannedCheck[]): Finding[] {
  return plan.map(({ check }) => finding(check, 'same'))
}

/** Test support: the fullest situation, where production's facts were recorded in the dump's snapshot. */
export const fullSituation: Situation = {
  baseline: 'dump-snapshot',
  parity: 'required',
  expect: 'full',
  access: true,
  storage: true,
  inoculate: true,
  expectedTables: true,
  queries: true,
  rpo: true,
  sizes: true,
  rto: true,
}
