import type { CheckId, Finding } from '../compare/index.ts'
import { formatCount } from '../core/index.ts'
import type { WeighedFinding } from './apply-waivers.ts'
import { checkFamily, families } from './check-family.ts'
import type { CheckOutcome, PlannedCheck } from './types.ts'

/** One check with its findings, and its answer: the worst of those that count. */
export interface CheckTally {
  readonly check: CheckId
  readonly required: boolean
  readonly status: Finding['status']
  readonly counting: readonly Finding[]
  readonly waived: readonly Finding[]
  readonly notices: readonly Finding[]
}

/** Every planned check in the plan's order, reported or not, then those that reported unasked. */
export function tallyChecks(plan: readonly PlannedCheck[], weighed: readonly WeighedFinding[]): CheckTally[] {
  const byCheck = Map.groupBy(weighed, ({ finding }) => finding.check)
  const planned = new Set(plan.map(({ check }) => check))
  const unasked = [...byCheck.keys()].filter((check) => !planned.has(check))
  return [
    ...[...planned].map((check) => tally(check, true, byCheck.get(check) ?? [])),
    ...unasked.map((check) => tally(check, false, byCheck.get(check) ?? [])),
  ]
}

function tally(check: CheckId, required: boolean, weighed: readonly WeighedFinding[]): CheckTally {
  const pick = (weight: WeighedFinding['weight']): Finding[] =>
    weighed.filter((each) => each.weight === weight).map(({ finding }) => finding)
  const counting = pick('counts')
  const waived = pick('waived')
  return { check, required, status: worst(counting, waived.length > 0), counting, waived, notices: pick('notice') }
}

/** A check with nothing but notices was not checked; one whose only findings are waived is the same. */
function worst(counting: readonly Finding[], anyWaived: boolean): Finding['status'] {
  if (counting.some(({ status }) => status === 'differs')) return 'differs'
  if (counting.some(({ status }) => status === 'not-checked')) return 'not-checked'
  return counting.length > 0 || anyWaived ? 'same' : 'not-checked'
}

export function checkOutcome(tally: CheckTally): CheckOutcome {
  const { check, required, status, counting, waived, notices } = tally
  return {
    check,
    required,
    status,
    findings: counting.length + waived.length + notices.length,
    summary: summary(tally),
  }
}

function summary({ check, counting, waived, notices, required }: CheckTally): string {
  const count = (status: Finding['status']): number => counting.filter((finding) => finding.status === status).length
  const [only] = counting
  const parts: string[] = []
  if (only !== undefined && counting.length === 1) parts.push(only.message)
  else if (only !== undefined && count('same') === counting.length)
    parts.push(families[checkFamily(check)].same(formatCount(counting.length)))
  else {
    const said = check === 'inoculation' ? wordsOfBreaks : words
    for (const [status, word] of said) if (count(status) > 0) parts.push(`${count(status)} ${word}`)
    if (counting.length === 0 && waived.length === 0 && required) parts.push('did not run')
  }
  if (waived.length > 0) parts.push(`${waived.length} waived`)
  if (notices.length > 0) parts.push(notices.length === 1 ? '1 notice' : `${notices.length} notices`)
  return parts.join(', ')
}

const words = [
  ['differs', 'differ'],
  ['not-checked', 'not checked'],
  ['same', 'same'],
] as const

const wordsOfBreaks = [
  ['not-checked', 'open'],
  ['same', 'seen'],
] as const
