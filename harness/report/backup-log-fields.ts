import { formatBytes } from '../core/index.ts'
import {
  backupStatus,
  restorationEvidence,
  restorationTick,
  sizeEvidence,
  sizeTick,
  type Tick,
} from './acceptance-criteria.ts'
import { markdownCode, markdownText } from './markdown-text.ts'
import { counted, formatCount, formatMoment, totalRows } from './record-digest.ts'
import type { BackupRecord, RehearsalRecord } from './types.ts'

/** A field of the log: Markdown, or null when nobody recorded it. */
export interface LogField {
  readonly label: string
  readonly value: string | null
}

export interface LogFields {
  readonly information: readonly LogField[]
  readonly verification: readonly LogField[]
  readonly purpose: LogField
  readonly retention: readonly LogField[]
  readonly signOff: readonly LogField[]
}

/** Every field of the backup log template, filled with what is known and nothing else. */
export function backupLogFields(record: RehearsalRecord): LogFields {
  const { backup, baseline } = record
  const rows = totalRows(record)
  const size = baseline.databaseBytes === null ? null : formatBytes(baseline.databaseBytes)
  return {
    information: [
      { label: 'Date Created', value: recorded(backup?.createdAt, (at) => markdownText(formatMoment(at))) },
      { label: 'Backup ID', value: recorded(backup?.id, markdownCode) },
      { label: 'Backup Name', value: recorded(backup?.name, markdownCode) },
      { label: 'Database Size', value: size === null ? null : `${size} (production, ${sourceOf(record)})` },
      { label: 'Backup Size', value: backup === null ? null : sizeText(backup) },
      { label: 'Table Count', value: record.tables.length === 0 ? null : counted(record.tables.length, 'table') },
      { label: 'Record Count', value: rows === null ? null : `${formatCount(rows)} rows${countedWhere(record)}` },
    ],
    verification: [
      { label: 'Backup Status', value: ticked(backupStatus(record), ['Completed', 'Not usable', 'Not verified']) },
      {
        label: 'Size Verification',
        value: ticked(
          sizeTick(record),
          ['Matches expected size', 'Out of bounds', 'Not verified'],
          sizeEvidence(record),
        ),
      },
      { label: 'Download Tested', value: download(record) },
      {
        label: 'Restoration Procedure Confirmed',
        value: ticked(restorationTick(record), ['Yes', 'No', 'Not confirmed'], restorationEvidence(record)),
      },
    ],
    purpose: { label: 'Purpose', value: purpose(backup) },
    retention: [
      { label: 'Supabase Retention', value: recorded(backup?.retention, markdownText) },
      { label: 'Local Copy', value: localCopy(backup) },
      {
        label: 'Local Copy Location',
        value: backup !== null && isLocal(backup) ? markdownCode(backup.location) : null,
      },
    ],
    signOff: [
      { label: 'Created by', value: recorded(backup?.createdBy, markdownText) },
      { label: 'Verified by', value: recorded(backup?.verifiedBy, markdownText) },
      {
        label: 'Date',
        value: backup?.verifiedBy == null ? null : markdownText(record.finishedAt.slice(0, 'yyyy-mm-dd'.length)),
      },
    ],
  }
}

/** Labels of the fields that nobody recorded. A remote backup has no local copy to locate. */
export function missingFields({ information, verification, purpose, retention, signOff }: LogFields): string[] {
  const local = retention.find(({ label }) => label === 'Local Copy')?.value?.startsWith('✅') ?? false
  return [...information, ...verification, purpose, ...retention, ...signOff]
    .filter(({ label, value }) => value === null && (label !== 'Local Copy Location' || local))
    .map(({ label }) => label)
}

function recorded(text: string | null | undefined, render: (text: string) => string): string | null {
  return text === null || text === undefined || text.trim() === '' ? null : render(text)
}

function ticked(tick: Tick, [yes, no, open]: readonly [string, string, string], evidence?: string): string {
  const word = { '✅': yes, '❌': no, '⬜': open }[tick]
  return `${tick} ${word}${evidence === undefined ? '' : ` (${markdownText(evidence)})`}`
}

function sizeText(backup: BackupRecord): string {
  return `${formatBytes(backup.totalBytes)} in ${counted(backup.files.length, 'file')}`
}

function sourceOf({ baseline }: RehearsalRecord): string {
  return baseline.source === 'live' ? 'as it is now' : 'at the moment of the dump'
}

function countedWhere(record: RehearsalRecord): string {
  return record.restore === null ? ', before a restore' : ', counted in the restored copy'
}

/** Reading a folder on this machine downloads nothing. */
function download(record: RehearsalRecord): string {
  const { backup } = record
  if (backup === null) return '⬜ No (no backup was found)'
  if (isLocal(backup)) return `⬜ No (read from ${markdownCode(backup.location)}, nothing was downloaded)`
  const whole = backup.files.length > 0 && backup.files.every(({ state }) => state === 'intact')
  const from = `from ${markdownCode(backup.location)}`
  return whole ? `✅ Yes (fetched ${from}, digests match)` : `❌ No (fetched ${from}, not every file is intact)`
}

function localCopy(backup: BackupRecord | null): string | null {
  if (backup === null) return null
  return isLocal(backup) ? '✅ Yes' : '⬜ No (fetched for the rehearsal only)'
}

function isLocal({ location }: BackupRecord): boolean {
  return !/^[a-z][a-z0-9+.-]+:/i.test(location) || location.startsWith('file:')
}

function purpose(backup: BackupRecord | null): string | null {
  const texts = [backup?.purpose, backup?.description].filter((text) => typeof text === 'string' && text.trim() !== '')
  return texts.length === 0 ? null : [...new Set(texts)].map((text) => markdownText(text ?? '')).join('\n\n')
}
