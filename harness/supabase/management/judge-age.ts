import { formatDuration } from '../../core/index.ts'
import { differs, notChecked, notice, same } from './findings.ts'
import type { BackupList, PlatformBackup, PlatformDay, PlatformFinding } from './types.ts'

/** Clocks differ; more than this is no rounding. */
const allowedSkewMs = 5 * 60_000

/** Newest first; those that say no time are left out. */
export function completedOf(list: BackupList): readonly { readonly backup: PlatformBackup; readonly at: Date }[] {
  return list.backups
    .filter(({ status }) => status === 'COMPLETED')
    .flatMap((backup) => (backup.insertedAt === null ? [] : [{ backup, at: new Date(backup.insertedAt) }]))
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
}

/** Completed, and nobody can tell when. */
export function datelessOf({ backups }: BackupList): readonly PlatformBackup[] {
  return backups.filter(({ status, insertedAt }) => status === 'COMPLETED' && insertedAt === null)
}

/** Whether there is something fresh enough to go back to: the newest completed backup, or the last point of recovery. */
export function judgeAge(list: BackupList, { maxAgeMs }: PlatformDay, now: Date): PlatformFinding {
  const check = 'backup age'
  const age = (at: Date): number => now.getTime() - at.getTime()
  const isPast = (at: Date): boolean => age(at) >= -allowedSkewMs
  const completed = completedOf(list)
  const newest = completed.find(({ at }) => isPast(at))
  const point = lastPointOf(list)
  const budget = `at most ${formatDuration(maxAgeMs)} are allowed`
  const old = (at: Date): string => formatDuration(Math.max(0, age(at)))
  if (newest && age(newest.at) <= maxAgeMs) {
    return same(check, `backup ${newest.backup.id} was completed ${old(newest.at)} ago; ${budget}`)
  }
  if (point && isPast(point) && age(point) <= maxAgeMs) {
    return same(check, `recovery to any point up to ${old(point)} ago; ${budget}`)
  }
  const ahead = completed.find(({ at }) => !isPast(at))?.at ?? (point && !isPast(point) ? point : null)
  if (ahead) {
    return differs(
      check,
      `what the platform has is of ${ahead.toISOString()}, which is still to come`,
      'check the clock of this machine',
    )
  }
  if (point) {
    return notChecked(
      check,
      `the last point of recovery is ${old(point)} old, and ${budget}: nothing may have been written since, or it has stopped`,
      'write one row and ask again in ten minutes; or take a backup of your own: rehearse backup',
    )
  }
  const take = 'see Database → Backups in the dashboard; take a backup of your own now: rehearse backup'
  const dateless = datelessOf(list)
  if (dateless.length > 0) {
    const ids = dateless.slice(0, 5).map(({ id }) => id)
    return notChecked(check, `when these were completed can’t be read from the answer: ${ids.join(', ')}`, take)
  }
  if (isCrossed(list)) {
    return notChecked(
      check,
      `recovery would reach from ${list.earliestPoint} to ${list.latestPoint}, which is before`,
      take,
    )
  }
  return newest
    ? differs(check, `the newest completed backup, ${newest.backup.id}, is ${old(newest.at)} old; ${budget}`, take)
    : differs(check, `the platform has no completed backup of this project${statesOf(list.backups)}`, take)
}

/** A window that ends before it begins is none. */
function isCrossed({ recoversToAnyPoint, earliestPoint, latestPoint }: BackupList): boolean {
  return recoversToAnyPoint && earliestPoint !== null && latestPoint !== null && latestPoint < earliestPoint
}

function lastPointOf(list: BackupList): Date | null {
  return list.recoversToAnyPoint && list.latestPoint !== null && !isCrossed(list) ? new Date(list.latestPoint) : null
}

/** What came after the newest completed backup and is none: named, for the next one may fail in the same way. */
export function judgeStates(list: BackupList): PlatformFinding | null {
  const newest = completedOf(list)[0]?.backup.insertedAt ?? null
  const later = list.backups.filter(
    ({ status, insertedAt }) =>
      status !== 'COMPLETED' && (insertedAt === null || newest === null || insertedAt > newest),
  )
  if (later.length === 0) return null
  const named = later.slice(0, 5).map(({ id, status, insertedAt }) => `${id} ${status} (${insertedAt ?? 'no time'})`)
  const more = later.length > 5 ? ` and ${later.length - 5} more` : ''
  const message = `${newest === null ? 'none is completed' : 'after the newest completed backup'}: ${named.join(', ')}${more}`
  return notice('backup states', message, 'what is PENDING is being made; what FAILED is for the platform’s support')
}

function statesOf(backups: readonly PlatformBackup[]): string {
  const counts = Map.groupBy(backups, ({ status }) => status)
  const named = [...counts].map(([status, those]) => `${those.length} ${status}`).toSorted()
  return named.length === 0 ? '' : `: ${named.join(', ')}`
}
