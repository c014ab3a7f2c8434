import { describe, expect, test } from 'vitest'
import type { CheckId, Finding } from '../compare/index.ts'
import { answerTable, decide } from './decide.ts'
import { planChecks } from './plan-checks.ts'
import { allSame, finding, fullSituation } from './sample-findings.ts'
import type { Answer, PlannedCheck, SpecOutcome, Waiver } from './types.ts'

const now = new Date('2026-03-10T12:00:00Z')
const plan = planChecks(fullSituation)
const one: readonly PlannedCheck[] = [{ check: 'restore', because: 'it must restore' }]
const waiver: Waiver = { check: 'age', object: 'age', reason: 'holiday', owner: 'ada', expires: '2026-03-10' }
const answer = (
  planned: readonly PlannedCheck[],
  findings: readonly Finding[],
  waivers: readonly Waiver[] = [],
): Answer => decide({ plan: planned, findings, waivers, now }).answer

describe('the answers of verdict-rules.md, row by row', () => {
  const same = allSame(plan)
  const without = (check: CheckId): Finding[] => same.filter((each) => each.check !== check)
  const rows: readonly [string, Answer, readonly PlannedCheck[], readonly Finding[], (readonly Waiver[])?][] = [
    ['every required check is the same', 'GO', plan, same],
    ['a required check differs', 'NO-GO', plan, [...without('schema'), finding('schema', 'differs')]],
    ['one red among a thousand greens of a check', 'NO-GO', plan, [...same, finding('schema', 'differs')]],
    ['a red beats what was not checked', 'NO-GO', plan, [finding('schema', 'differs')]],
    ['a required check was not checked', 'UNDECIDED', plan, [...without('engine'), finding('engine', 'not-checked')]],
    ['a required check is partly not checked', 'UNDECIDED', plan, [...same, finding('row content', 'not-checked')]],
    ['a required check is missing from the ledger', 'UNDECIDED', plan, without('row counts')],
    ['the plan is empty', 'UNDECIDED', [], same],
    ['the plan and the ledger are empty', 'UNDECIDED', [], []],
    ['the plan is empty, and something is red', 'NO-GO', [], [finding('size', 'differs')]],
    ['a notice is red', 'GO', plan, [...same, finding('schema', 'differs', { notice: true })]],
    ['a notice was not checked', 'GO', plan, [...same, finding('schema', 'not-checked', { notice: true })]],
    ['a required check has nothing but a notice', 'UNDECIDED', one, [finding('restore', 'differs', { notice: true })]],
    ['a required check is the same, with a remark', 'GO', one, [finding('restore', 'same', { notice: true })]],
    ['a check outside the plan is red', 'NO-GO', one, [finding('restore', 'same'), finding('age', 'differs')]],
    ['a check outside the plan is not checked', 'GO', one, [finding('restore', 'same'), finding('age', 'not-checked')]],
    ['a waived red', 'GO', plan, [...without('age'), finding('age', 'differs')], [waiver]],
    ['a waived gap', 'GO', plan, [...without('age'), finding('age', 'not-checked')], [waiver]],
    [
      'a waived red beside a red',
      'NO-GO',
      plan,
      [...without('age'), finding('age', 'differs'), finding('age', 'differs', { object: 'other' })],
      [waiver],
    ],
  ]
  test.each(rows)('%s: %s', (_, expected, planned, findings, waivers) => {
    expect(answer(planned, findings, waivers)).toBe(expected)
  })

  test('the rows above reach every row of the table', () => {
    const reached = rows.map(([, , planned, findings, waivers = []]) => {
      const verdict = decide({ plan: planned, findings, waivers, now })
      const { checks } = verdict
      const ledger = checks.map((check) => ({ ...check, counting: [], waived: [], notices: [] }))
      return answerTable.find(({ holds }) => holds(ledger))?.rule
    })
    expect(new Set(reached)).toEqual(new Set(answerTable.map(({ rule }) => rule)))
  })
})

test.each([
  ['GO', 0, allSame(one)],
  ['NO-GO', 1, [finding('restore', 'differs')]],
  ['UNDECIDED', 2, []],
] as const)('%s is exit code %d', (expected, code, findings) => {
  expect(decide({ plan: one, findings, waivers: [], now })).toMatchObject({ answer: expected, exitCode: code })
})

test('every planned check is listed in the plan’s order, then what reported unasked', () => {
  const findings = [finding('size', 'not-checked'), finding('restore', 'same'), finding('restore', 'differs')]
  const { checks } = decide({ plan: [...one, { check: 'schema', because: 'x' }], findings, waivers: [], now })
  expect(checks).toEqual([
    { check: 'restore', required: true, status: 'differs', findings: 2, summary: '1 differ, 1 same' },
    { check: 'schema', required: true, status: 'not-checked', findings: 0, summary: 'did not run' },
    { check: 'size', required: false, status: 'not-checked', findings: 1, summary: 'size is not-checked' },
  ])
})

test.each([
  ['row counts', 2, 0, 'row counts match in 2 tables'],
  ['inoculation', 5, 0, '5 ways to break the copy on purpose were each seen'],
  ['inoculation', 4, 1, '1 open, 4 seen'],
] as const)('%s, %d the same and %d open, is said in a sentence', (check, same, open, summary) => {
  const findings = [
    ...Array.from({ length: same }, () => finding(check, 'same')),
    ...Array.from({ length: open }, () => finding(check, 'not-checked')),
  ]
  const { checks } = decide({ plan: [{ check, because: 'x' }], findings, waivers: [], now })
  expect(checks.map((outcome) => outcome.summary)).toEqual([summary])
})

describe('specs', () => {
  const spec = (state: SpecOutcome['state'], title = 'logs in'): SpecOutcome => ({
    file: 'a.spec.ts',
    title,
    state,
    message: null,
  })
  const rows: readonly [string, readonly SpecOutcome[], Answer][] = [
    ['all passed', [spec('passed')], 'GO'],
    ['one failed', [spec('passed'), spec('failed', 'pays')], 'NO-GO'],
    ['one skipped', [spec('passed'), spec('skipped', 'pays')], 'UNDECIDED'],
    ['one never ran (.only, an exit inside a spec)', [spec('passed'), spec('not-run', 'pays')], 'UNDECIDED'],
    ['two of the same name, one never ran', [spec('passed'), spec('not-run')], 'UNDECIDED'],
    ['none collected', [], 'UNDECIDED'],
  ]
  test.each(rows)('%s', (_, specs, expected) => {
    expect(decide({ plan: one, findings: allSame(one), waivers: [], now, specs }).answer).toBe(expected)
  })

  test('none collected is said so', () => {
    const { reasons } = decide({ plan: one, findings: allSame(one), waivers: [], now, specs: [] })
    expect(reasons.map(({ text }) => text)).toEqual(['not checked: no spec was collected, though specs were to run'])
  })
})
