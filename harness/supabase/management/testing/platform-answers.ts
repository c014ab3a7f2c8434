import { fixedClock } from '../../../core/index.ts'
import { judgePlatform } from '../judge-platform.ts'
import type { Answer, BackupList, PlatformBackup, PlatformDay, PlatformFacts, Refused } from '../types.ts'

/** At noon of a day, and what a platform may say then. */
export const now = new Date('2026-03-01T12:00:00Z')
export const hour = 3_600_000
export const day = 24 * hour
export const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString()

export const backup = (id: number, ageMs: number, status = 'COMPLETED'): PlatformBackup => ({
  id: String(id),
  physical: true,
  status,
  insertedAt: ago(ageMs),
})
export const daily: BackupList = {
  region: 'eu-central-1',
  recoversToAnyPoint: false,
  backups: Array.from({ length: 8 }, (_, index) => backup(8 - index, 6 * hour + index * day)),
  earliestPoint: null,
  latestPoint: null,
}
export const pitr: BackupList = {
  ...daily,
  recoversToAnyPoint: true,
  backups: [],
  earliestPoint: ago(7 * day),
  latestPoint: ago(120_000),
}

export const answered = <T>(value: T): Answer<T> => ({ kind: 'answered', value })
export const refused = (status: number): Refused => ({
  kind: 'refused',
  status,
  code: null,
  why: `refused (${status})`,
  hint: 'hint',
})
export const usual: PlatformDay = { maxAgeMs: 26 * hour, migrationAt: null, lastsMs: day, retentionMs: null }
export const migration: PlatformDay = { ...usual, migrationAt: new Date(now.getTime() + hour) }

export function judge(list: BackupList | Refused, over: PlatformDay = usual, more: Partial<PlatformFacts> = {}) {
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
export const messages = (report: ReturnType<typeof judge>) => report.findings.map(({ message }) => message).join('\n')
