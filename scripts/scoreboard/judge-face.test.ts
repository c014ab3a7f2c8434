import { describe, expect, it } from 'vitest'
import type { Expected, Outcome, OutcomeFinding } from '../../fixtures/failures/types.ts'
import { judgeFace } from './judge-face.ts'

const lost: OutcomeFinding = {
  check: 'row counts',
  status: 'differs',
  object: 'public.notifications',
  notice: false,
  message: '0 of 346 rows',
  attribution: 'dump',
}
const go: Outcome = { answer: 'GO', findings: [], text: '' }
const noGo = (...findings: OutcomeFinding[]): Outcome => ({ answer: 'NO-GO', findings, text: '' })
const expected: Expected = {
  answer: 'NO-GO',
  check: 'row counts',
  object: 'public.notifications',
  attribution: 'dump',
}

describe('a mutant', () => {
  it('is killed by the right answer, for the right reason, with the right object', () => {
    expect(judgeFace(expected, noGo(lost), go)).toEqual({ killed: true, because: '0 of 346 rows' })
  })

  it.each([
    ['another answer', { ...go, findings: [lost] }],
    ['another check', noGo({ ...lost, check: 'schema' })],
    ['another object', noGo({ ...lost, object: 'public.users' })],
    ['an object that only begins like it', noGo({ ...lost, object: 'public.notifications_old' })],
    ["another's loss", noGo({ ...lost, attribution: 'restore' })],
    ['a notice', noGo({ ...lost, notice: true })],
    ['what was not checked', noGo({ ...lost, status: 'not-checked' })],
    ['nothing at all', noGo()],
  ])('is not killed by %s', (_, mutant) => {
    expect(judgeFace(expected, mutant, go).killed).toBe(false)
  })

  it('is not killed where its good twin is red, or says the same', () => {
    expect(judgeFace(expected, noGo(lost), noGo(lost)).because).toMatch(/^the good twin is NO-GO/)
    expect(judgeFace(expected, noGo(lost), { ...go, findings: [lost] }).because).toMatch(/good twin says it, too/)
  })

  it('may be named with the table after the file', () => {
    const cut = { ...lost, check: 'completeness', object: 'data.sql: public.users', attribution: null }
    const wanted: Expected = { answer: 'NO-GO', check: 'completeness', object: 'data.sql' }
    expect(judgeFace(wanted, noGo(cut), go).killed).toBe(true)
  })

  it('of a GO is a notice', () => {
    const wanted: Expected = { ...expected, answer: 'GO' }
    expect(judgeFace(wanted, { ...go, findings: [{ ...lost, notice: true }] }, go).killed).toBe(true)
    expect(judgeFace(wanted, { ...go, findings: [lost] }, go).killed).toBe(false)
  })

  it('that only looks bad must show what others raise the alarm about', () => {
    const shown = { check: 'restore', object: 'public', says: /harmless/ } as const
    const wanted: Expected = { answer: 'GO', unharmed: true, shown }
    const notice = { ...lost, check: 'restore', object: 'public', notice: true, message: 'is there; harmless' }
    expect(judgeFace(wanted, { ...go, findings: [notice] }, go).killed).toBe(true)
    expect(judgeFace(wanted, go, go).killed).toBe(false)
    expect(judgeFace(wanted, { ...go, findings: [{ ...notice, object: 'sales' }] }, go).killed).toBe(false)
    expect(judgeFace(wanted, noGo(notice), go).killed).toBe(false)
  })

  it('of the way of working is killed by the words of the command, which its twin does not say', () => {
    const wanted: Expected = { answer: 'NO-GO', says: /last GO is 40 days old/ }
    const says = (answer: Outcome['answer'], text: string): Outcome => ({ answer, findings: [], text })
    expect(judgeFace(wanted, says('NO-GO', 'a\n the last GO is 40 days old\n'), says('GO', 'fine')).killed).toBe(true)
    expect(judgeFace(wanted, says('NO-GO', 'no such folder'), says('GO', 'fine')).killed).toBe(false)
    expect(
      judgeFace(wanted, says('NO-GO', 'last GO is 40 days old'), says('GO', 'last GO is 40 days old')).killed,
    ).toBe(false)
  })
})
