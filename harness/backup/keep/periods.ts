export type Period = 'day' | 'week' | 'month' | 'year'

const dayMs = 86_400_000

/** The period that a moment falls into, in UTC, as a key that sorts by time: `2026-11-22`, `2026-W47`, `2026-11`. */
export function periodOf(at: Date, period: Period): string {
  const day = at.toISOString().slice(0, 'yyyy-mm-dd'.length)
  if (period === 'day') return day
  if (period === 'month') return day.slice(0, 'yyyy-mm'.length)
  if (period === 'year') return day.slice(0, 'yyyy'.length)
  return weekOf(at)
}

/** ISO 8601: a week begins on Monday and belongs to the year that its Thursday is in. */
function weekOf(at: Date): string {
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
  const sinceMonday = (at.getUTCDay() + 6) % 7
  const thursday = new Date(midnight + (3 - sinceMonday) * dayMs)
  const year = thursday.getUTCFullYear()
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * dayMs))
  return `${year}-W${String(week).padStart(2, '0')}`
}
