import { describe, expect, test } from 'vitest'
import { isWaived } from './apply-waivers.ts'
import { decide } from './decide.ts'
import { finding } from './sample-findings.ts'
import type { Verdict, Waiver } from './types.ts'

const waiver: Waiver = {
  check: 'row counts',
  object: 'public.logs',
  reason: 'trimmed nightly',
  owner: 'ada@example.com',
  expires: '2026-03-31',
}
const red = finding('row counts', 'differs', { object: 'public.logs', message: 'public.logs has 3 rows, not 4' })
const verdict = (waivers: readonly Waiver[], at: string, findings = [red]): Verdict =>
  decide({ plan: [{ check: 'row counts', because: 'x' }], findings, waivers, now: new Date(at) })

describe('a waiver', () => {
  test('turns the finding it names into a notice that says until when, by whom and why', () => {
    const { answer, notices, waivers, checks } = verdict([waiver], '2026-03-01T00:00:00Z')
    expect(answer).toBe('GO')
    expect(notices).toMatchObject([
      {
        notice: true,
        status: 'differs',
        message: 'public.logs has 3 rows, not 4 (waived until 2026-03-31 by ada@example.com: trimmed nightly)',
      },
    ])
    expect(waivers).toEqual([{ waiver, state: 'applied' }])
    expect(checks).toMatchObject([{ status: 'same', findings: 1, summary: '1 waived' }])
  })

  test.each([
    ['2026-03-31T23:59:59.999Z', 'GO', 'applied'],
    ['2026-04-01T00:00:00.000Z', 'NO-GO', 'expired'],
  ])('holds through its last day, in UTC: %s is %s', (at, answer, state) => {
    expect(verdict([waiver], at)).toMatchObject({ answer, waivers: [{ state }] })
  })

  test.each(['never', '2026-13-01', '2026-02-30', '9999', ''])('that expires on "%s" does not hold', (expires) => {
    const { answer, waivers } = verdict([{ ...waiver, expires }], '2026-01-01T00:00:00Z')
    expect({ answer, state: waivers[0]?.state }).toEqual({ answer: 'NO-GO', state: 'expired' })
  })

  test.each([
    ['another object', { object: 'public.log' }],
    ['another case', { object: 'Public.Logs' }],
    ['a pattern', { object: '*' }],
    ['another check', { check: 'row content' }],
    ['a family of checks', { check: 'row' }],
  ])('for %s matches nothing, and that is said', (_, other) => {
    const { answer, waivers } = verdict([{ ...waiver, ...other }], '2026-03-01T00:00:00Z')
    expect({ answer, state: waivers[0]?.state }).toEqual({ answer: 'NO-GO', state: 'matched nothing' })
  })

  test('for a finding that is the same, or a notice already, matches nothing', () => {
    const fine = [
      finding('row counts', 'same', { object: 'public.logs' }),
      finding('row counts', 'differs', { object: 'public.logs', notice: true }),
    ]
    expect(verdict([waiver], '2026-03-01T00:00:00Z', fine).waivers).toEqual([{ waiver, state: 'matched nothing' }])
  })

  test('names a finding without an object by its check', () => {
    const whole = finding('row counts', 'differs')
    expect(verdict([{ ...waiver, object: 'row counts' }], '2026-03-01T00:00:00Z', [whole]).answer).toBe('GO')
  })

  test('is seen by renderers on the finding as it was reported', () => {
    const { waivers } = verdict([waiver], '2026-03-01T00:00:00Z')
    expect(isWaived(red, waivers)).toBe(true)
    expect(isWaived({ ...red, object: 'public.users' }, waivers)).toBe(false)
    expect(isWaived(red, verdict([waiver], '2026-04-01T00:00:00Z').waivers)).toBe(false)
  })
})
