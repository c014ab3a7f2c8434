import { describe, expect, test } from 'vitest'
import { renderBackupLog } from './render-backup-log.ts'
import { sampleGo } from './testing/sample-go.ts'
import { sampleNoGo } from './testing/sample-no-go.ts'
import { sampleUndecided } from './testing/sample-undecided.ts'
import type { BackupRecord, RehearsalRecord } from './types.ts'

/** The template's fields, by section, in its order. */
const template: Readonly<Record<string, readonly string[]>> = {
  'Backup Information': [
    'Date Created',
    'Backup ID',
    'Backup Name',
    'Database Size',
    'Backup Size',
    'Table Count',
    'Record Count',
  ],
  Verification: ['Backup Status', 'Size Verification', 'Download Tested', 'Restoration Procedure Confirmed'],
  Purpose: [],
  Retention: ['Supabase Retention', 'Local Copy', 'Local Copy Location'],
  Notes: [],
  'Sign-off': ['Created by', 'Verified by', 'Date'],
}
const criteria = [
  'Manual backup created',
  'Backup is complete and without errors',
  'Backup size appears reasonable (not 0 KB)',
  'Backup ID/name documented in backup log',
  'Table count verified',
  'Backup log template filled out completely',
  'Restoration procedure confirmed available',
  'Team notified of backup completion',
]

const sectionOf = (log: string, title: string): string =>
  log.split(`\n## ${title}\n\n`)[1]?.split('\n\n## ')[0]?.trim() ?? ''
const fieldOf = (log: string, label: string): string | undefined =>
  new RegExp(`^- \\*\\*${label}:\\*\\* (.*)$`, 'm').exec(log)?.[1]
const tickOf = (log: string, what: string): string | undefined =>
  log
    .split('\n')
    .find((line) => line.includes(` ${what}: `))
    ?.slice(2, 3)
const withBackup = (record: RehearsalRecord, change: Partial<BackupRecord>): RehearsalRecord =>
  record.backup === null ? record : { ...record, backup: { ...record.backup, ...change } }

const nothing: RehearsalRecord = {
  ...sampleUndecided(),
  backup: null,
  tables: [],
  baseline: { source: 'none', takenAt: null, serverVersion: null, databaseBytes: null },
}

describe.each([
  ['a GO', sampleGo()],
  ['a NO-GO', sampleNoGo()],
  ['an UNDECIDED', sampleUndecided()],
  ['a rehearsal that found no backup', nothing],
])('the log of %s', (_, record) => {
  const log = renderBackupLog(record)

  test('has every section and field of the template, in order', () => {
    const titles = [...log.matchAll(/^## (.*)$/gm)].map((match) => match[1] ?? '')
    expect(titles.slice(0, 6)).toEqual(Object.keys(template))
    for (const [title, fields] of Object.entries(template)) {
      // Notes are free text.
      if (title === 'Notes') continue
      const labels = [...sectionOf(log, title).matchAll(/^- \*\*(.*?):\*\* (.+)$/gm)].map((match) => match[1])
      expect({ title, labels }).toEqual({ title, labels: fields })
    }
    expect(Object.keys(template).filter((title) => sectionOf(log, title) === '')).toEqual([])
  })

  test('has every acceptance criterion with a tick', () => {
    expect(
      criteria.map((what) => tickOf(log, what)).filter((tick) => !['✅', '❌', '⬜'].includes(tick ?? '')),
    ).toEqual([])
  })

  test('leaves to people what only people know', () => {
    expect(tickOf(log, 'Team notified of backup completion')).toBe('⬜')
    expect(tickOf(log, 'Emergency rollback plan confirmed ready')).toBe('⬜')
  })
})

test('what is known is filled in', () => {
  const log = renderBackupLog(sampleGo())
  expect(fieldOf(log, 'Database Size')).toBe('245 MB (production, at the moment of the dump)')
  expect(fieldOf(log, 'Backup Size')).toBe('42.0 MB in 4 files')
  expect(fieldOf(log, 'Table Count')).toBe('31 tables')
  expect(fieldOf(log, 'Record Count')).toBe('4,812 rows, counted in the restored copy')
  expect(fieldOf(log, 'Restoration Procedure Confirmed')).toMatch(
    /^✅ Yes \(restored into a disposable Postgres 17\.10/,
  )
  expect(fieldOf(log, 'Created by')).toBe('Ada Lovelace')
})

test('what nobody recorded is said, never made up, and listed as open', () => {
  const log = renderBackupLog(
    withBackup(sampleGo(), { retention: null, createdBy: ' ', purpose: null, description: null }),
  )
  expect(fieldOf(log, 'Supabase Retention')).toBe('not recorded')
  expect(sectionOf(log, 'Purpose')).toBe('not recorded')
  expect(fieldOf(log, 'Created by')).toMatch(/^_+$/)
  expect(log).toContain(
    '⬜ Backup log template filled out completely: still open: Purpose, Supabase Retention, Created by, Verified by, Date',
  )
})

test('a log with nothing open is complete', () => {
  const log = renderBackupLog(withBackup(sampleGo(), { verifiedBy: 'Grace Hopper' }))
  expect(tickOf(log, 'Backup log template filled out completely')).toBe('✅')
  expect(fieldOf(log, 'Date')).toBe('2026-03-10')
})

test('a download is tested only when there was one', () => {
  const remote = { location: 's3://backups/edupath' }
  expect(fieldOf(renderBackupLog(sampleGo()), 'Download Tested')).toMatch(/^⬜ No /)
  expect(fieldOf(renderBackupLog(withBackup(sampleGo(), remote)), 'Download Tested')).toMatch(/^✅ Yes /)
  expect(fieldOf(renderBackupLog(withBackup(sampleGo(), remote)), 'Local Copy')).toMatch(/^⬜ No /)
  const files = sampleGo().backup?.files.map((file) => ({ ...file, state: 'changed' as const })) ?? []
  expect(fieldOf(renderBackupLog(withBackup(sampleGo(), { ...remote, files })), 'Download Tested')).toMatch(/^❌ No /)
})

test('nothing restored is no confirmed restoration, and a refused one is none either', () => {
  expect(fieldOf(renderBackupLog(sampleUndecided()), 'Restoration Procedure Confirmed')).toMatch(/^⬜ Not confirmed/)
  expect(fieldOf(renderBackupLog(sampleNoGo()), 'Restoration Procedure Confirmed')).toMatch(/^❌ No/)
})

test('an empty backup is not of a reasonable size, whatever config says', () => {
  expect(
    tickOf(renderBackupLog(withBackup(sampleGo(), { totalBytes: 0 })), 'Backup size appears reasonable (not 0 KB)'),
  ).toBe('❌')
})

test('waivers and notices stay visible', () => {
  const notes = sectionOf(renderBackupLog(sampleNoGo()), 'Notes')
  expect(notes).toContain('waived until 2026-04-01 by ada@example.com: trimmed while the backup ran')
  expect(notes).toContain(
    'Waiver for schema, `public.users_email_key` (bob@example.com: index is being rebuilt): void since 2026-03-01',
  )
})
