import { formatCount } from '../../core/index.ts'
import type { Finding } from '../../compare/index.ts'

/**
 * Findings of two databases side by side, each object once: what is on one side only need not be said again of its rows,
 * nor rows that are more or fewer of their content.
 */
export function settleFindings(findings: readonly Finding[], sides: readonly [string, string]): Finding[] {
  const differing = findings.filter(({ status, notice }) => status !== 'same' || notice)
  const named = (check: Finding['check']): ReadonlySet<string | null> =>
    new Set(differing.filter((one) => one.check === check).map(({ object }) => object))
  const [schema, onOneSide, counts] = [named('schema'), named('tables'), named('row counts')]
  const saidBy: Partial<Record<Finding['check'], readonly ReadonlySet<string | null>[]>> = {
    tables: [schema],
    'row counts': [onOneSide],
    sequences: [onOneSide],
    'row content': [onOneSide, counts],
  }
  return differing
    .filter(({ check, object }) => !(saidBy[check] ?? []).some((objects) => object !== null && objects.has(object)))
    .map((finding) => withSides(finding, sides))
}

/** `4,999 of 5,000 rows` is said of a copy; of two equals it is a number each. */
function withSides(finding: Finding, [a, b]: readonly [string, string]): Finding {
  const { check, status, object, expected, actual } = finding
  if (check !== 'row counts' || status !== 'differs' || expected === null || actual === null) return finding
  return { ...finding, message: `${object}: ${formatCount(expected)} rows in ${a}, ${formatCount(actual)} in ${b}` }
}
