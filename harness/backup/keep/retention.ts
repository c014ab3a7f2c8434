const dayMs = 86_400_000

/** How long a set with a label stays: milliseconds; `forever`; `schedule`: as long as the keep-rules say. */
export type LabelTerm = number | 'forever' | 'schedule'

/** Which sets stay. Every rule only keeps: a set that no rule keeps is deleted. */
export interface RetentionPolicy {
  /** The newest so many. */
  readonly last: number
  /** The newest of each of the so many latest days (UTC) that have a set; of weeks (ISO), months and years likewise. */
  readonly daily: number
  readonly weekly: number
  readonly monthly: number
  readonly yearly: number
  /** Never fewer than so many whole sets stay, whatever else is said. At least 1. */
  readonly floor: number
  /** By label. A label that is not among them keeps its set: it may be a slip of one that is. */
  readonly labels: Readonly<Record<string, LabelTerm>>
}

/** What the backup strategy asks for at least: config may lengthen these, never shorten them. */
export const leastTerms: Readonly<Record<string, LabelTerm>> = {
  migration: 'forever',
  archive: 'forever',
  'pre-migration': 30 * dayMs,
  'post-migration': 90 * dayMs,
}

export const defaultPolicy: RetentionPolicy = {
  last: 7,
  daily: 7,
  weekly: 5,
  monthly: 12,
  yearly: 0,
  floor: 3,
  labels: {
    ...leastTerms,
    hourly: 'schedule',
    daily: 'schedule',
    weekly: 'schedule',
    monthly: 'schedule',
    yearly: 'schedule',
    scheduled: 'schedule',
  },
}

/** The policy with what config says of it. A term below {@link leastTerms} becomes that: asking for less keeps as much. */
export function toPolicy(
  given: Partial<Omit<RetentionPolicy, 'labels'>> & Pick<RetentionPolicy, 'labels'>,
): RetentionPolicy {
  const labels = { ...defaultPolicy.labels, ...given.labels }
  for (const [label, least] of Object.entries(leastTerms)) labels[label] = longer(labels[label] ?? least, least)
  const policy = { ...defaultPolicy, ...given, labels }
  return { ...policy, floor: Math.max(1, policy.floor) }
}

function longer(a: LabelTerm, b: LabelTerm): LabelTerm {
  if (a === 'forever' || b === 'forever') return 'forever'
  return Math.max(a === 'schedule' ? 0 : a, b === 'schedule' ? 0 : b)
}
