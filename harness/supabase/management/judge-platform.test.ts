import { describe, expect, it, test } from 'vitest'
import {
  ago,
  answered,
  backup,
  daily,
  day,
  hour,
  judge,
  messages,
  pitr,
  refused,
  usual,
} from './testing/platform-answers.ts'
import type { BackupList, PlatformFacts } from './types.ts'

describe('the age of what there is to go back to', () => {
  test('a fresh completed backup is GO; so is recovery up to a moment ago', () => {
    expect(judge(daily).answer).toBe('GO')
    expect(judge(pitr).answer).toBe('GO')
  })

  const twins: readonly (readonly [string, BackupList, 'NO-GO' | 'UNDECIDED', RegExp])[] = [
    ['an old one', { ...daily, backups: [backup(1, 27 * hour)] }, 'NO-GO', /1, is 1 d 3 h old/],
    ['none', { ...daily, backups: [] }, 'NO-GO', /no completed backup of this project$/m],
    [
      'a failed one before an old one',
      { ...daily, backups: [backup(2, hour, 'FAILED'), backup(1, 27 * hour)] },
      'NO-GO',
      /2 FAILED/,
    ],
    ['nothing but a pending one', { ...daily, backups: [backup(2, 0, 'PENDING')] }, 'NO-GO', /: 1 PENDING/],
    ['one that was removed', { ...daily, backups: [backup(2, hour, 'REMOVED')] }, 'NO-GO', /: 1 REMOVED/],
    [
      'a status that nobody knows',
      { ...daily, backups: [backup(2, hour, 'COMPLETED_PARTLY')] },
      'NO-GO',
      /: 1 COMPLETED_PARTLY/,
    ],
    [
      'one without a time',
      { ...daily, backups: [{ ...backup(2, hour), insertedAt: null }] },
      'UNDECIDED',
      /when these were completed can’t be read from the answer: 2$/m,
    ],
    [
      'one without a time before an old one',
      { ...daily, backups: [{ ...backup(2, hour), insertedAt: null }, backup(1, 27 * hour)] },
      'UNDECIDED',
      /can’t be read from the answer: 2$/m,
    ],
    [
      'a failed one without a time',
      { ...daily, backups: [{ ...backup(2, hour, 'FAILED'), insertedAt: null }] },
      'NO-GO',
      /none is completed: 2 FAILED \(no time\)/,
    ],
    ['recovery that ends before it begins', { ...pitr, earliestPoint: ago(60_000) }, 'UNDECIDED', /which is before/],
    ['one of tomorrow', { ...daily, backups: [backup(2, -day)] }, 'NO-GO', /still to come/],
    [
      'recovery that stands still',
      { ...pitr, latestPoint: ago(3 * day) },
      'UNDECIDED',
      /nothing may have been written since/,
    ],
    ['recovery of tomorrow', { ...pitr, latestPoint: ago(-day) }, 'NO-GO', /still to come/],
    ['recovery without a point', { ...pitr, earliestPoint: null, latestPoint: null }, 'NO-GO', /no completed backup/],
    ['points where recovery is off', { ...pitr, recoversToAnyPoint: false }, 'NO-GO', /no completed backup/],
  ]
  it.each(twins)('%s is not GO, and named', (_, list, answer, says) => {
    const report = judge(list)
    expect(report.answer).toBe(answer)
    expect(messages(report)).toMatch(says)
  })

  it('is at most the budget, to the millisecond', () => {
    expect(judge({ ...daily, backups: [backup(1, 26 * hour)] }).answer).toBe('GO')
    expect(judge({ ...daily, backups: [backup(1, 26 * hour + 1)] }).answer).toBe('NO-GO')
  })

  it('is fresh by either where both are there', () => {
    const both = { ...daily, recoversToAnyPoint: true, latestPoint: ago(3 * day), earliestPoint: ago(7 * day) }
    expect(judge(both).answer).toBe('GO')
    expect(judge({ ...both, backups: [backup(1, 27 * hour)], latestPoint: ago(hour) }).answer).toBe('GO')
  })

  it('is not known where the platform does not say', () => {
    for (const status of [401, 403, 404, 429, 500]) expect(judge(refused(status)).answer).toBe('UNDECIDED')
  })

  test('a failed one after the newest completed is named and decides nothing', () => {
    const report = judge({ ...daily, backups: [backup(9, hour, 'FAILED'), ...daily.backups] })
    expect(report.answer).toBe('GO')
    expect(messages(report)).toContain('9 FAILED')
    expect(messages(judge({ ...daily, backups: [...daily.backups, backup(0, 9 * day, 'FAILED')] }))).not.toContain(
      'FAILED',
    )
  })
})

describe('a restore point', () => {
  const point = (answer: PlatformFacts['restorePoint'] & object) => judge(daily, usual, { restorePoint: answer })
  const name = 'before-0301'
  const of = (status: string, called = name) =>
    point({ name, answer: answered({ name: called, status, completedAt: null }) }).answer

  it('that was asked for must be available', () => {
    expect(of('AVAILABLE')).toBe('GO')
    expect(of('PENDING')).toBe('UNDECIDED')
    for (const status of ['FAILED', 'REMOVED', 'AVAILABLE?']) expect(of(status)).toBe('NO-GO')
    expect(of('AVAILABLE', 'another')).toBe('UNDECIDED')
    expect(point({ name, answer: refused(404) }).answer).toBe('NO-GO')
    expect(point({ name, answer: null }).answer).toBe('UNDECIDED')
    expect(point({ name, answer: refused(400) }).answer).toBe('UNDECIDED')
  })
})
