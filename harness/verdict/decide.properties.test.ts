import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CheckId, Finding } from '../compare/index.ts'
import { decide } from './decide.ts'
import { planChecks } from './plan-checks.ts'
import { finding, fullSituation } from './sample-findings.ts'
import type { Answer, PlannedCheck } from './types.ts'

const now = new Date('2026-03-10T12:00:00Z')
const plan = planChecks(fullSituation)
const answer = (planned: readonly PlannedCheck[], findings: readonly Finding[]): Answer =>
  decide({ plan: planned, findings, waivers: [], now }).answer

describe('whatever was found', () => {
  const check = fc.constantFrom<CheckId>(...plan.map(({ check }) => check), 'spec:a > b')
  const anyFinding = fc
    .record({
      check,
      status: fc.constantFrom<Finding['status']>('same', 'differs', 'not-checked'),
      object: fc.option(fc.constantFrom('a', 'b', 'c')),
      notice: fc.boolean(),
    })
    .map(({ check, status, ...rest }) => finding(check, status, rest))
  const anyPlan = fc.uniqueArray(check).map((checks) => checks.map((each) => ({ check: each, because: 'x' })))
  const ledger = fc.record({ plan: anyPlan, findings: fc.array(anyFinding, { maxLength: 30 }) })
  const goodness: Record<Answer, number> = { 'NO-GO': 0, UNDECIDED: 1, GO: 2 }

  test('one more red makes NO-GO', () => {
    fc.assert(
      fc.property(ledger, check, fc.nat(30), ({ plan, findings }, red, at) => {
        const more = findings.toSpliced(at, 0, finding(red, 'differs'))
        expect(answer(plan, more)).toBe('NO-GO')
      }),
    )
  })

  test('one more finding that is not `same` never makes the answer better', () => {
    fc.assert(
      fc.property(ledger, anyFinding, ({ plan, findings }, extra) => {
        fc.pre(extra.status !== 'same')
        expect(goodness[answer(plan, [...findings, extra])]).toBeLessThanOrEqual(goodness[answer(plan, findings)])
      }),
    )
  })

  test('without the findings of a required check it is never GO', () => {
    fc.assert(
      fc.property(ledger, fc.nat(), ({ plan, findings }, pick) => {
        fc.pre(plan.length > 0)
        const gone = plan[pick % plan.length]?.check
        expect(
          answer(
            plan,
            findings.filter((each) => each.check !== gone),
          ),
        ).not.toBe('GO')
      }),
    )
  })

  test('notices never change the answer, but that one which is `same` was checked', () => {
    fc.assert(
      fc.property(ledger, ({ plan, findings }) => {
        expect(answer(plan, findings)).toBe(
          answer(
            plan,
            findings.filter(({ notice, status }) => !notice || status === 'same'),
          ),
        )
      }),
    )
  })

  test('one more planned check never makes the answer better, but for an empty plan', () => {
    fc.assert(
      fc.property(ledger, check, ({ plan, findings }, extra) => {
        fc.pre(plan.length > 0)
        const more = [...plan, { check: extra, because: 'x' }]
        expect(goodness[answer(more, findings)]).toBeLessThanOrEqual(goodness[answer(plan, findings)])
      }),
    )
  })

  test('the order of findings changes neither the answer nor the checks nor the reasons’ order of kinds', () => {
    fc.assert(
      fc.property(ledger, ({ plan, findings }) => {
        const there = decide({ plan, findings, waivers: [], now })
        const back = decide({ plan, findings: findings.toReversed(), waivers: [], now })
        expect(back.answer).toBe(there.answer)
        expect(new Set(back.checks.map((each) => JSON.stringify([each.check, each.status])))).toEqual(
          new Set(there.checks.map((each) => JSON.stringify([each.check, each.status]))),
        )
        expect(back.reasons.length).toBe(there.reasons.length)
      }),
    )
  })

  test('there is always a reason, and every line of it is short enough to read', () => {
    fc.assert(
      fc.property(ledger, ({ plan, findings }) => {
        const { reasons } = decide({ plan, findings, waivers: [], now })
        expect(reasons.length).toBeGreaterThan(0)
        expect(reasons.filter(({ text }) => text.length > 600 || text.length < 5)).toEqual([])
      }),
    )
  })
})
