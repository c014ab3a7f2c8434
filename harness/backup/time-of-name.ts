/** A time read from a file's or folder's name. */
export interface NamedTime {
  readonly at: Date
  /** The name says its zone, or its writer is known to use UTC. Otherwise it was read in this machine's zone. */
  readonly zoned: boolean
  /** The name gives a day only: `at` is its beginning. */
  readonly dayOnly: boolean
}

const clockTime = String.raw`(?<hour>[01]\d|2[0-3])[-_:.h]?(?<minute>[0-5]\d)(?:[-_:.m]?(?<second>[0-5]\d|60))?(?:[.,]\d{1,9})?(?<zone>Z|UTC|[+-]\d{2}:?\d{2})?`
const patterns: readonly RegExp[] = [
  // Supabase's daily backups: db_cluster-22-10-2025@03-15-00.backup.gz, in UTC.
  /(?<!\d)(?<day>\d{2})-(?<month>\d{2})-(?<year>\d{4})@(?<hour>\d{2})-(?<minute>\d{2})-(?<second>\d{2})(?<zone>)(?!\d)/,
  new RegExp(
    String.raw`(?<!\d)(?<year>20\d{2})[-_.]?(?<month>\d{2})[-_.]?(?<day>\d{2})[-_T@ .]{0,2}${clockTime}(?!\d)`,
  ),
  /(?<!\d)(?<year>20\d{2})-(?<month>\d{2})-(?<day>\d{2})(?!\d)/,
  /(?<!\d)(?<year>20\d{2})(?<month>\d{2})(?<day>\d{2})(?!\d)/,
  /(?<!\d)(?<year>20\d{2})[_.](?<month>\d{2})[_.](?<day>\d{2})(?!\d)/,
  /(?<!\d)(?<day>\d{2})-(?<month>\d{2})-(?<year>20\d{2})(?!\d)/,
]

/**
 * The time in a backup's name, or null. What `date` writes carries no zone: it is the zone of the machine that took
 * the backup, and it is read as the zone of this one.
 */
export function timeOfName(name: string): NamedTime | null {
  for (const pattern of patterns) {
    const groups = pattern.exec(name)?.groups
    const time = groups ? timeOf(groups) : null
    if (time) return time
  }
  const epoch = /(?<!\d)(1[5-9]\d{8}|2\d{9})(?!\d)/.exec(name)?.[1]
  return epoch === undefined ? null : { at: new Date(Number(epoch) * 1_000), zoned: true, dayOnly: false }
}

function timeOf(groups: Readonly<Record<string, string | undefined>>): NamedTime | null {
  const { year, month, day, hour, minute, second, zone } = groups
  const date = [Number(year), Number(month) - 1, Number(day)] as const
  const clock = [Number(hour ?? 0), Number(minute ?? 0), Math.min(Number(second ?? 0), 59)] as const
  const utc = new Date(Date.UTC(...date, ...clock))
  if (utc.getUTCMonth() !== date[1] || utc.getUTCDate() !== date[2]) return null
  const dayOnly = hour === undefined
  if (zone === undefined) return { at: new Date(...date, ...clock), zoned: false, dayOnly }
  return { at: new Date(utc.getTime() - offsetMs(zone)), zoned: true, dayOnly }
}

function offsetMs(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone)
  if (!match) return 0
  const minutes = Number(match[2]) * 60 + Number(match[3])
  return (match[1] === '-' ? -1 : 1) * minutes * 60_000
}
