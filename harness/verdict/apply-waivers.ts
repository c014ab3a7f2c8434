import type { Finding } from '../compare/index.ts'
import type { Waiver, WaiverOutcome } from './types.ts'

/**
 * A finding and what it may do: `counts` towards the answer, a `notice` never, `waived` is a red turned notice.
 * A notice that is `same` (drift within the tolerance) was checked: it counts, as any `same` does, and stays shown.
 */
export interface WeighedFinding {
  readonly finding: Finding
  readonly weight: 'counts' | 'notice' | 'waived'
}

export interface AppliedWaivers {
  readonly weighed: readonly WeighedFinding[]
  readonly outcomes: readonly WaiverOutcome[]
}

/**
 * Turns findings that a valid waiver names into notices. Only what would have changed the answer can be waived: a
 * waiver on a finding that is `same`, or a notice already, matches nothing.
 */
export function applyWaivers(findings: readonly Finding[], waivers: readonly Waiver[], now: Date): AppliedWaivers {
  const today = now.toISOString().slice(0, 10)
  const valid = new Map<string, Waiver[]>()
  for (const waiver of waivers) {
    if (!holdsOn(waiver, today)) continue
    const key = waiverKey(waiver.check, waiver.object)
    valid.set(key, [...(valid.get(key) ?? []), waiver])
  }
  const used = new Set<Waiver>()
  const weighed = findings.map((finding): WeighedFinding => {
    if (finding.status === 'same') return { finding, weight: 'counts' }
    if (finding.notice) return { finding, weight: 'notice' }
    const [first, ...others] = valid.get(findingKey(finding)) ?? []
    if (first === undefined) return { finding, weight: 'counts' }
    for (const waiver of [first, ...others]) used.add(waiver)
    return { finding: asNotice(finding, first), weight: 'waived' }
  })
  const outcomes = waivers.map((waiver): WaiverOutcome => {
    if (used.has(waiver)) return { waiver, state: 'applied' }
    return { waiver, state: holdsOn(waiver, today) ? 'matched nothing' : 'expired' }
  })
  return { weighed, outcomes }
}

/** Whether the verdict waived this finding: for renderers, which have the findings as they were reported. */
export function isWaived(finding: Finding, outcomes: readonly WaiverOutcome[]): boolean {
  if (finding.notice || finding.status === 'same') return false
  const key = findingKey(finding)
  return outcomes.some(({ waiver, state }) => state === 'applied' && waiverKey(waiver.check, waiver.object) === key)
}

function findingKey(finding: Finding): string {
  return waiverKey(finding.check, finding.object ?? finding.check)
}

function waiverKey(check: string, object: string): string {
  return JSON.stringify([check, object])
}

/** A date that is none never holds: an exception without an end is not one. */
function holdsOn(waiver: Waiver, today: string): boolean {
  const lastDay = new Date(`${waiver.expires}T00:00:00Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(waiver.expires) || Number.isNaN(lastDay.getTime())) return false
  return lastDay.toISOString().slice(0, 10) === waiver.expires && today <= waiver.expires
}

function asNotice(finding: Finding, waiver: Waiver): Finding {
  const because = `waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`
  return { ...finding, notice: true, message: `${finding.message} (${because})` }
}
