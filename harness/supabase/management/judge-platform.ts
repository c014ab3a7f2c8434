import { countOf, formatBytes, type Clock } from '../../core/index.ts'
import { differs, notChecked, notice, same } from './findings.ts'
import { completedOf, judgeAge, judgeStates } from './judge-age.ts'
import { describeWindow, judgeRetention, minute } from './judge-retention.ts'
import type { PlatformDay, PlatformFacts, PlatformFinding, PlatformReport } from './types.ts'

/**
 * What the platform says of a project's backups, judged: is there one to go back to, and will it still be there. It does
 * not prove that one of them restores: only a rehearsal of a backup of your own does. Pure.
 */
export function judgePlatform(facts: PlatformFacts, day: PlatformDay, clock: Clock): PlatformReport {
  const now = clock.now()
  const { backups } = facts
  const list = backups.kind === 'answered' ? backups.value : null
  const findings = [
    ...(backups.kind === 'answered'
      ? [
          judgeAge(backups.value, day, now),
          ...judgeRetention(backups.value, day, now),
          judgeStates(backups.value),
          describeWindow(backups.value),
          describeKind(backups.value),
        ]
      : [notChecked('backup age', backups.why, backups.hint)]),
    judgeRestorePoint(facts),
    describeSchedule(facts.schedule, day),
    describeSizes(facts.sizes),
  ].filter((finding) => finding !== null)
  return {
    kind: 'platform-report',
    version: 1,
    at: now.toISOString(),
    ref: facts.ref,
    region: list?.region ?? null,
    answer: answerOf(findings),
    findings,
    backups: list?.backups ?? [],
  }
}

/** By the same rule as a rehearsal's: what was not looked at is no GO. */
function answerOf(findings: readonly PlatformFinding[]): PlatformReport['answer'] {
  const counted = findings.filter(({ notice }) => !notice)
  if (counted.some(({ status }) => status === 'differs')) return 'NO-GO'
  return counted.length > 0 && counted.every(({ status }) => status === 'same') ? 'GO' : 'UNDECIDED'
}

function describeKind(list: Parameters<typeof completedOf>[0]): PlatformFinding | null {
  if (completedOf(list)[0]?.backup.physical !== true) return null
  return notice(
    'backup states',
    'the newest is a physical backup: the platform restores it in place, and it can’t be downloaded',
    'what you can restore elsewhere is a backup of your own: rehearse backup',
  )
}

function judgeRestorePoint({ restorePoint, backups }: PlatformFacts): PlatformFinding | null {
  if (restorePoint === null) return null
  const check = 'restore point'
  const { name, answer } = restorePoint
  if (answer === null)
    return notChecked(check, `${name}: not asked after that`, backups.kind === 'answered' ? '' : backups.hint)
  if (answer.kind === 'refused' && answer.status === 404)
    return differs(check, `${name}: ${answer.why}`, `rehearse platform restore-point --name ${name}`)
  if (answer.kind !== 'answered') return notChecked(check, `${name}: ${answer.why}`, answer.hint)
  const { status, completedAt } = answer.value
  if (answer.value.name !== name)
    return notChecked(check, `the platform answered about another one than ${name}`, 'ask again; look in the dashboard')
  if (status === 'AVAILABLE')
    return same(check, `${name} is available${completedAt === null ? '' : `, since ${minute(new Date(completedAt))}`}`)
  if (status === 'PENDING') return notChecked(check, `${name} is still being made`, 'ask again in a minute')
  return differs(check, `${name} is ${status}`, 'make another one, under another name')
}

/** Nothing hangs on it: a plan that can't set the hour has backups all the same. */
function describeSchedule(schedule: PlatformFacts['schedule'], day: PlatformDay): PlatformFinding | null {
  if (schedule === null) return null
  if (schedule.kind !== 'answered') return notice('schedule', `not known: ${schedule.why}`, schedule.hint)
  const { dailyAt } = schedule.value
  const meets = day.migrationAt !== null && fallsWithin(dailyAt, day.migrationAt, day.lastsMs)
  return meets
    ? notice(
        'schedule',
        `a backup is taken daily at ${dailyAt} UTC, which falls within the migration: that one may hold half of it`,
        'go back to one from before it',
      )
    : notice('schedule', `a backup is taken daily at ${dailyAt} UTC`)
}

function fallsWithin(dailyAt: string, from: Date, lastsMs: number): boolean {
  const [hours = 0, minutes = 0] = dailyAt.split(':').map(Number)
  const first = new Date(from)
  first.setUTCHours(hours, minutes, 0, 0)
  if (first < from) first.setUTCDate(first.getUTCDate() + 1)
  return first.getTime() <= from.getTime() + lastsMs
}

function describeSizes(sizes: PlatformFacts['sizes']): PlatformFinding | null {
  if (sizes === null) return null
  if (sizes.kind !== 'answered') return notice('download size', `not known: ${sizes.why}`, sizes.hint)
  const { databaseBytes, storage } = sizes.value
  const files =
    storage === null ? 'no Storage' : `Storage ${formatBytes(storage.bytes)} in ${countOf(storage.objects, 'object')}`
  return notice(
    'download size',
    `database ${formatBytes(databaseBytes)} with its indexes, ${files}: a backup pulls, as a rule, less than the first, a download of Storage all of the second`,
    'both count as egress: beyond the plan’s quota it costs, or, with the spend cap on, the project is restricted (Organization → Usage)',
  )
}
