import { describe, expect, it, test } from 'vitest'
import { fixedClock } from '../../core/index.ts'
import { judgePlatform } from './judge-platform.ts'
import type { Answer, BackupList, PlatformBackup, PlatformDay, PlatformFacts, Refused } from './types.ts'

const now = new Date('2026-03-01T12:00:00Z')
const hour = 3_600_000
const day = 24 * hour
const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString()

const backup = (id: number, ageMs: number, status = 'COMPLETED'): PlatformBackup => ({
  id: String(id),
  physical: true,
  status,
  insertedAt: ago(ageMs),
})
const daily: BackupList = {
  region: 'eu-central-1',
  recoversToAnyPoint: false,
  backups: Array.from({ length: 8 }, (_, index) => backup(8 - index, 6 * hour + index * day)),
  earliestPoint: null,
  latestPoint: null,
}
const pitr: BackupList = {
  ...daily,
  recoversToAnyPoint: true,
  backups: [],
  earliestPoint: ago(7 * day),
  latestPoint: ago(120_000),
}

const answered = <T>(value: T): Answer<T> => ({ kind: 'answered', value })
const refused = (status: number): Refused => ({
  kind: 'refused',
  status,
  code: null,
  why: `refused (${status})`,
  hint: 'hint',
})
const usual: PlatformDay = { maxAgeMs: 26 * hour, migrationAt: null, lastsMs: day, retentionMs: null }
const migration: PlatformDay = { ...usual, migrationAt: new Date(now.getTime() + hour) }

function judge(list: BackupList | Refused, over: PlatformDay = usual, more: Partial<PlatformFacts> = {}) {
  const facts: PlatformFacts = {
    ref: 'abcdefghijklmnopqrst',
    backups: 'kind' in list ? list : answered(list),
    schedule: refused(402),
    restorePoint: null,
    sizes: refused(403),
    ...more,
  }
  return judgePlatform(facts, over, fixedClock(now))
}
const messages = (report: ReturnType<typeof judge>) => report.findings.map(({ message }) => message).join('\n')

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

describe('through a migration', () => {
  const answer = (list: BackupList, over: Partial<PlatformDay>) => judge(list, { ...migration, ...over }).answer

  test('a backup that is kept for longer is GO: by the retention, or as the older ones show', () => {
    expect(answer(daily, {})).toBe('GO')
    expect(answer(daily, { retentionMs: 7 * day })).toBe('GO')
  })

  test('one that expires meanwhile is NO-GO, and those that go are named', () => {
    const report = judge(daily, { ...migration, retentionMs: 7 * day, lastsMs: 7 * day })
    expect(report.answer).toBe('NO-GO')
    expect(messages(report)).toMatch(
      /backup 8 expires 2026-03-08 06:00 UTC, before the migration ends \(2026-03-08 13:00 UTC\)/,
    )
    expect(messages(report)).toContain('these expire: 8, 7, 6, 5, 4, 3, 2, 1')
    expect(messages(judge(daily, { ...migration, retentionMs: 7 * day }))).toContain('these expire: 2, 1')
  })

  test('how long one lives that no older one stands beside is not known', () => {
    const young = { ...daily, backups: [backup(1, hour)] }
    expect(answer(young, {})).toBe('UNDECIDED')
    expect(answer(young, { retentionMs: 7 * day })).toBe('GO')
    expect(answer(daily, { lastsMs: 8 * day })).toBe('UNDECIDED')
  })

  test('one whose time nobody can read is neither kept nor gone', () => {
    const dateless = { ...backup(9, hour), insertedAt: null }
    expect(answer({ ...daily, backups: [dateless] }, { retentionMs: 7 * day })).toBe('UNDECIDED')
    expect(answer({ ...daily, backups: [dateless, ...daily.backups] }, {})).toBe('GO')
  })

  test('one that was taken after it began is none', () => {
    const began = new Date(now.getTime() - 2 * hour)
    const after = { ...daily, backups: [backup(1, hour)] }
    expect(answer(after, { migrationAt: began, retentionMs: 7 * day })).toBe('NO-GO')
    expect(answer(daily, { migrationAt: began, retentionMs: 7 * day })).toBe('GO')
  })

  test('recovery must reach back to the moment before it', () => {
    expect(answer(pitr, {})).toBe('GO')
    expect(answer({ ...pitr, earliestPoint: ago(hour) }, {})).toBe('UNDECIDED')
    expect(answer({ ...pitr, earliestPoint: ago(hour) }, { retentionMs: 7 * day })).toBe('GO')
    expect(answer(pitr, { lastsMs: 8 * day })).toBe('UNDECIDED')
    expect(answer(pitr, { lastsMs: 8 * day, retentionMs: 7 * day })).toBe('NO-GO')
    expect(answer({ ...pitr, earliestPoint: null, latestPoint: null }, {})).toBe('NO-GO')
    const began = { migrationAt: new Date(now.getTime() - 2 * hour), retentionMs: 7 * day }
    expect(answer(pitr, began)).toBe('GO')
    expect(answer({ ...pitr, earliestPoint: ago(hour) }, began)).toBe('NO-GO')
    expect(answer({ ...pitr, earliestPoint: ago(14 * day) }, { lastsMs: 8 * day, retentionMs: 7 * day })).toBe('GO')
    const open = { ...pitr, earliestPoint: null }
    expect(answer(open, {})).toBe('UNDECIDED')
    expect(messages(judge(open))).toContain('its first point is not said, its last 2026-03-01 11:58 UTC')
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

test('a daily backup that falls within the migration is named', () => {
  const at = (dailyAt: string, over: Partial<PlatformDay> = {}) =>
    messages(judge(daily, { ...migration, lastsMs: 2 * hour, ...over }, { schedule: answered({ dailyAt }) }))
  expect(at('14:00')).toContain('falls within the migration')
  expect(at('12:59')).not.toContain('falls within')
  expect(at('15:01')).not.toContain('falls within')
  expect(at('02:00', { lastsMs: 24 * hour })).toContain('falls within')
})
