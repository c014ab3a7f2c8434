import { describe, expect, it } from 'vitest'
import type { RivalWord } from './rivals.ts'
import { sumLetters, sumWays, type Row } from './sum-up.ts'

const row = (mutant: RivalWord, twin: RivalWord, more: Partial<Row> = {}): Row => ({
  id: 'A1',
  killed: true,
  isGood: false,
  answer: 'NO-GO',
  twin: { number: 0, answer: 'GO' },
  rivals: { other: { mutant, twin } },
  ...more,
})

describe('the sum of a way to check', () => {
  it('counts what it objects to where it passes the twin, and each twin once', () => {
    const [ours, other] = sumWays([row('objects', 'passes'), row('passes', 'passes')])
    expect(ours).toEqual({ name: 'rehearse', caught: 2, asked: 2, alarms: 0, good: 1 })
    expect(other).toEqual({ name: 'other', caught: 1, asked: 2, alarms: 0, good: 1 })
  })

  it('counts nothing as caught by who objects to everything', () => {
    expect(sumWays([row('objects', 'objects')])[1]).toMatchObject({ caught: 0, alarms: 1, good: 1 })
  })

  it('counts no objection to what only looks bad as caught, but as a false alarm', () => {
    const looksBad = { isGood: true, answer: 'GO', twin: { number: 1, answer: 'GO' } } as const
    expect(sumWays([row('objects', 'passes', looksBad)])[1]).toMatchObject({ caught: 0, asked: 0, alarms: 1, good: 2 })
  })

  it('holds ours to the same: a twin that is refused, or what is good and was not called so, is an alarm', () => {
    const refused = row('passes', 'passes', { killed: false, twin: { number: 0, answer: 'NO-GO' } })
    const alarmed = row('passes', 'passes', { isGood: true, killed: false, twin: { number: 1, answer: 'GO' } })
    expect(sumWays([refused, alarmed])[0]).toEqual({ name: 'rehearse', caught: 0, asked: 1, alarms: 2, good: 3 })
  })

  it('leaves out what is no file, and what it had nothing to say of', () => {
    const command = row('passes', 'passes', { rivals: {} })
    const [ours, other] = sumWays([command, row('not asked', 'not asked')])
    expect(ours).toMatchObject({ asked: 1 })
    expect(other).toMatchObject({ asked: 0, good: 0 })
    expect(sumWays([command])).toEqual([])
  })
})

it('sums up by letter, and all of them', () => {
  const rows = [
    row('passes', 'passes'),
    row('passes', 'passes', { id: 'A2' }),
    row('passes', 'passes', { id: 'B1', killed: false }),
  ]
  expect(sumLetters(rows)).toEqual([
    { letter: 'A', classes: 2, mutants: 2, caught: 2 },
    { letter: 'B', classes: 1, mutants: 1, caught: 0 },
    { letter: 'all', classes: 3, mutants: 3, caught: 2 },
  ])
})
