import { formatDuration } from '../../core/index.ts'
import { completedOf, datelessOf } from './judge-age.ts'
import { differs, notChecked, notice, same } from './findings.ts'
import type { BackupList, PlatformDay, PlatformFinding } from './types.ts'

const check = 'kept through the migration'

/** The days that plans keep a backup (Supabase's documents): the platform doesn't say which plan the project has. */
const sayHowLong = '--retention-days: 7 on Pro, 14 on Team, 30 on Enterprise; or what the dashboard says'

/**
 * Whether what one would go back to is still there when the migration is over: the newest backup from before it, or the
 * moment before it within the window of recovery. Where the retention is not known, what is seen is what is sure: a
 * backup nine days old is there, so they live for nine days.
 */
export function judgeRetention(list: BackupList, day: PlatformDay, now: Date): readonly PlatformFinding[] {
  const { migrationAt, lastsMs, retentionMs } = day
  if (migrationAt === null) return []
  const end = new Date(Math.max(migrationAt.getTime(), now.getTime()) + lastsMs)
  const before = completedOf(list).filter(({ at }) => at <= migrationAt && at.getTime() <= now.getTime() + 300_000)
  const newest = before[0]
  const oldest = before.at(-1)
  const seenMs = oldest ? now.getTime() - oldest.at.getTime() : 0
  const livesMs = retentionMs ?? seenMs
  const goes = (at: Date): boolean => at.getTime() + livesMs < end.getTime()
  const until = minute(end)
  const going = retentionMs === null ? [] : before.filter(({ at }) => goes(at))
  const named = going.map(({ backup }) => backup.id)
  const expiring =
    named.length === 0
      ? []
      : [
          notice(
            'kept through the migration',
            `before ${until} these expire: ${named.slice(0, 10).join(', ')}${named.length > 10 ? ` and ${named.length - 10} more` : ''}`,
          ),
        ]
  const window = windowOf(list)
  // What is reachable after the migration's whole length is no older than that.
  const reachMs = end.getTime() - migrationAt.getTime()
  const keptMs = Math.max(retentionMs ?? 0, window ?? 0)
  // One that was switched on after it began reaches back to no moment before it.
  const beganBefore = list.earliestPoint !== null && Date.parse(list.earliestPoint) <= migrationAt.getTime()
  if (window !== null && beganBefore && reachMs <= keptMs) {
    return [
      same(
        check,
        `the moment before it stays within the window of recovery (${formatDuration(keptMs)}) until ${until}`,
      ),
      ...expiring,
    ]
  }
  if (!newest && window !== null && beganBefore && retentionMs === null) {
    const known = `recovery reaches back ${formatDuration(window)} so far, and how far it may is not known; the migration ends ${until}`
    return [notChecked(check, known, sayHowLong)]
  }
  const points = list.recoversToAnyPoint && window === null ? [list.earliestPoint, list.latestPoint] : []
  const isUnclear = datelessOf(list).length > 0 || points.some((point) => point !== null)
  if (!newest && isUnclear) {
    const what = 'what there is to go back to from before the migration can’t be read from the answer'
    return [notChecked(check, what, 'look in the dashboard, Database → Backups'), ...expiring]
  }
  if (!newest) {
    const take = 'take one of your own before it begins: rehearse backup --label pre-migration'
    return [differs(check, 'there is no completed backup from before the migration', take), ...expiring]
  }
  const { id } = newest.backup
  if (!goes(newest.at)) {
    const how =
      retentionMs === null
        ? `backups here live for ${formatDuration(seenMs)} at least, as seen`
        : `kept for ${formatDuration(retentionMs)}`
    return [same(check, `backup ${id} is there until ${until} (${how})`), ...expiring]
  }
  if (retentionMs === null) {
    return [
      notChecked(check, `how long backup ${id} is kept is not known; the migration ends ${until}`, sayHowLong),
      ...expiring,
    ]
  }
  const keep = 'keep a set of your own: rehearse backup --label pre-migration'
  return [
    differs(
      check,
      `backup ${id} expires ${minute(new Date(newest.at.getTime() + retentionMs))}, before the migration ends (${until})`,
      keep,
    ),
    ...expiring,
  ]
}

/** How far back recovery reaches, in ms; null without it. */
function windowOf({ recoversToAnyPoint, earliestPoint, latestPoint }: BackupList): number | null {
  if (!recoversToAnyPoint || earliestPoint === null || latestPoint === null) return null
  const windowMs = Date.parse(latestPoint) - Date.parse(earliestPoint)
  return windowMs < 0 ? null : windowMs
}

export function describeWindow(list: BackupList): PlatformFinding {
  const windowMs = windowOf(list)
  if (!list.recoversToAnyPoint) {
    return notice('recovery window', 'no point-in-time recovery: between two daily backups nothing can be gone back to')
  }
  if (windowMs === null || list.earliestPoint === null || list.latestPoint === null) {
    const [from, to] = [list.earliestPoint, list.latestPoint].map((at) =>
      at === null ? 'not said' : minute(new Date(at)),
    )
    const none = list.earliestPoint === null && list.latestPoint === null
    const reach = none
      ? 'no point of it is there yet'
      : `how far it reaches is not clear: its first point is ${from}, its last ${to}`
    return notice('recovery window', `point-in-time recovery is on, and ${reach}`)
  }
  const [from, to] = [list.earliestPoint, list.latestPoint].map((text) => minute(new Date(text)))
  return notice('recovery window', `any point from ${from} to ${to} (${formatDuration(windowMs)})`)
}

export function minute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
