import { describe, expect, it } from 'vitest'
import type { Played } from './play-all.ts'
import { keyOf, mergeRecord } from './record.ts'

const played = (face: string, number: number, more: Partial<Played> = {}): Played => ({
  id: 'A1',
  face,
  broken: 'all of it',
  expected: { answer: 'NO-GO', check: 'artefacts', object: 'a.sql' },
  isGood: false,
  answer: 'NO-GO',
  twin: { number, answer: 'GO' },
  killed: true,
  because: 'a.sql is empty',
  ms: 1,
  rivals: {},
  ...more,
})

describe('the record', () => {
  it('keeps what was not played anew, drops what is no more, in the order of the board', () => {
    const order = ['A1 one', 'A1 two']
    const old = mergeRecord(null, [played('gone', 0), played('two', 1)], ['A1 gone', 'A1 two'], '2026-11-01')
    const { day, rows } = mergeRecord(old, [played('one', 0)], order, '2026-11-22')
    expect(day).toBe('2026-11-22')
    expect(rows.map(keyOf)).toEqual(order)
  })

  it('takes a twin of another run for another twin, and keeps no word that would be another next time', () => {
    const old = mergeRecord(null, [played('one', 0)], ['A1 one', 'A1 two'], '2026-11-01')
    const { rows } = mergeRecord(old, [played('two', 0)], ['A1 one', 'A1 two'], '2026-11-22')
    expect(rows.map(({ twin }) => twin?.number)).toEqual([0, 1])
    expect(rows.flatMap((row) => Object.keys(row))).not.toContain('ms')
  })
})
