import { compareAccess } from '../../behaviour/index.ts'
import type { Finding } from '../../compare/index.ts'
import { asFault, scrubLine } from '../../core/index.ts'
import type { Facts } from '../../facts/index.ts'
import { narrowFindings } from '../narrow-findings.ts'
import { readOnCopy } from './read-on-copy.ts'
import type { Side } from './types.ts'

/** Who sees what, where both sides know it. What could not be looked at is said, and leaves nothing else open. */
export function compareSeen(
  [a, b]: readonly [Side, Side],
  [was, is]: readonly [Facts, Facts],
  notes: string[],
): readonly Finding[] {
  const [before, after] = [was.access, is.access]
  if (!before || !after) {
    if (before ?? after) notes.push(`who sees what is not compared: ${(before ? b : a).name} does not hold it`)
    return []
  }
  const here = (facts: Facts): ReadonlySet<string> => new Set(facts.objects.map(({ identity }) => identity))
  const [onA, onB] = [here(was), here(is)]
  const findings = compareAccess(before, after, {
    baseline: was,
    restored: is,
    baselineKind: 'dump-snapshot',
    notCovered: [...(a.notCovered.schemas ?? []), ...(b.notCovered.schemas ?? [])],
    driftOf: () => 0,
    sides: [scrubLine(a.name), scrubLine(b.name)],
  })
  // What is on one side only is named as a whole.
  const isOnBoth = ({ object }: Finding): boolean => {
    const relation = object?.split(' as ')[0] ?? ''
    return onA.has(relation) === onB.has(relation)
  }
  // Of a role that could not look it is said once, not once more for each of its users.
  const isFirst = ({ status, message }: Finding, at: number): boolean =>
    status !== 'not-checked' || findings.findIndex((one) => one.message === message) === at
  return findings
    .filter((finding, at) => finding.status !== 'same' && isOnBoth(finding) && isFirst(finding, at))
    .map((finding) => (finding.status === 'not-checked' ? { ...finding, notice: true } : finding))
}

/** Findings of rows with how many differ and the hashes of their keys, where both databases can still be asked. */
export async function narrowSides(
  findings: readonly Finding[],
  [a, b]: readonly [Side, Side],
  notes: string[],
): Promise<readonly Finding[]> {
  const [first, second] = [a.session, b.session]
  if (!first || !second) return findings
  const within = <T>(side: Side, work: () => Promise<T>): Promise<T> =>
    side.copy ? readOnCopy(side.copy, work) : work()
  try {
    return await within(a, () => within(b, () => narrowFindings(findings, a.facts, first, second)))
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind === 'defect') throw fault
    notes.push(`which rows differ could not be told: ${fault.message}`)
    return findings
  }
}
