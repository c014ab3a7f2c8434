import type { Finding } from '../compare/index.ts'
import { checkFamily, families, rankOfDifference, type CheckFamily } from './check-family.ts'
import { formatCount } from '../core/index.ts'
import type { CheckTally } from './tally-checks.ts'
import type { Reason } from './types.ts'

/** What a GO rests on: what was compared and found the same, the rows first. Waived findings are said as well. */
export function reasonsOfProof(tallies: readonly CheckTally[]): Reason[] {
  const same = tallies.filter(({ status }) => status === 'same')
  const byFamily = Map.groupBy(same, ({ check }) => checkFamily(check))
  const findings = (family: CheckFamily): Finding[] => (byFamily.get(family) ?? []).flatMap(({ counting }) => counting)
  const whole = everyRow(findings('row counts'), findings('row content'))
  const proven = [...byFamily.keys()].flatMap((family) => {
    if (whole === null) return line(family, findings(family))
    if (family === 'row content') return [whole.reason]
    return family === 'row counts' ? onlyCounted(whole.onlyCounted) : line(family, findings(family))
  })
  proven.sort((a, b) => rankOfProof(a) - rankOfProof(b))
  const waived = same.flatMap(({ waived }) => waived)
  return [...proven, ...exceptions(waived)]
}

/** Counts and fingerprints of the same tables, told as one. What has a count alone (a view's rows) is told apart. */
function everyRow(
  counts: readonly Finding[],
  contents: readonly Finding[],
): { readonly reason: Reason; readonly onlyCounted: readonly Finding[] } | null {
  const fingerprinted = new Set(contents.map(({ object }) => object))
  const covered = counts.filter(({ object }) => object !== null && fingerprinted.has(object))
  const rows = sumOfRows(covered)
  if (covered.length === 0 || covered.length !== fingerprinted.size || rows === null) return null
  const text = `${tables(covered.length)}, ${formatCount(rows)} rows: every row equal to production at the moment of the dump`
  return {
    reason: { check: 'row content', object: null, text, remedy: null },
    onlyCounted: counts.filter(({ object }) => object === null || !fingerprinted.has(object)),
  }
}

function onlyCounted(counts: readonly Finding[]): Reason[] {
  const [first] = counts
  if (first === undefined || counts.length === 1) return line('row counts', counts)
  const text = `row counts match in ${formatCount(counts.length)} more tables${tolerated(counts)}`
  return [{ check: first.check, object: null, text, remedy: null }]
}

function line(family: CheckFamily, findings: readonly Finding[]): Reason[] {
  const [first] = findings
  if (first === undefined) return []
  const { check, object } = first
  if (findings.length === 1) return [{ check, object, text: first.message, remedy: null }]
  const text =
    families[family].same(formatCount(findings.length)) + (family === 'row counts' ? tolerated(findings) : '')
  return [{ check, object: null, text, remedy: null }]
}

function tolerated(findings: readonly Finding[]): string {
  const moved = findings.filter(({ expected, actual }) => expected !== null && actual !== null && expected !== actual)
  return moved.length === 0 ? '' : `, ${formatCount(moved.length)} of them within the tolerance (see the notices)`
}

function exceptions(waived: readonly Finding[]): Reason[] {
  const [first] = waived
  if (first === undefined) return []
  const text =
    waived.length === 1 ? `but for one waived finding: ${first.message}` : `but for ${waived.length} waived findings`
  return [{ check: first.check, object: waived.length === 1 ? first.object : null, text, remedy: null }]
}

function sumOfRows(counts: readonly Finding[]): bigint | null {
  let rows = 0n
  for (const { actual } of counts) {
    if (actual === null || !/^\d+$/.test(actual)) return null
    rows += BigInt(actual)
  }
  return rows
}

function tables(count: number): string {
  return count === 1 ? '1 table' : `${formatCount(count)} tables`
}

/** What is closest to the data tells most: rows, then schema, then that it restored at all. */
const proofOrder: readonly CheckFamily[] = [
  'row content',
  'row counts',
  'schema',
  'sequences',
  'spec',
  'tables',
  'queries',
]

function rankOfProof({ check }: Reason): number {
  const place = proofOrder.indexOf(checkFamily(check))
  return place >= 0 ? place : proofOrder.length + rankOfDifference(check)
}
