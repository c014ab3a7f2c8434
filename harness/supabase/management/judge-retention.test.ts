import { describe, expect, test } from 'vitest'
import {
  ago,
  answered,
  backup,
  daily,
  day,
  hour,
  judge,
  messages,
  migration,
  now,
  pitr,
} from './testing/platform-answers.ts'
import type { BackupList, PlatformDay } from './types.ts'

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

test('a daily backup that falls within the migration is named', () => {
  const at = (dailyAt: string, over: Partial<PlatformDay> = {}) =>
    messages(judge(daily, { ...migration, lastsMs: 2 * hour, ...over }, { schedule: answered({ dailyAt }) }))
  expect(at('14:00')).toContain('falls within the migration')
  expect(at('12:59')).not.toContain('falls within')
  expect(at('15:01')).not.toContain('falls within')
  expect(at('02:00', { lastsMs: 24 * hour })).toContain('falls within')
})
