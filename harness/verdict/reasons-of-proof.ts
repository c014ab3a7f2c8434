import type { Finding } from '../compare/index.ts'
import { checkFamily, families, rankOfDifference, type CheckFamily } from './check-family.ts'
import { formatCount } from './name-list.ts'
import type { CheckTally } from './tally-checks.ts'
import type { Reason } from './types.ts'

/** What a GO rests on: what was compared and found the same, the rows first. Waived findings are said as well. */
export function reasonsOfProof(tallies: readonly CheckTally[]): Reason[] {
  const same = tallies.filter(({ status }) => status === 'same')
  const byFamily = Map.groupBy(same, ({ check }) => checkFamily(check))
  const findings = (family: CheckFamily): Finding[] => (byFamily.get(family) ?? []).flatMap(({ counting }) => counting)
  const whole = everyRow(findings('row counts'), findings('row content'))
  const proven = [...byFamily.keys()]
    .filter((family) => whole === null || (family !== 'row counts' && family !== 'row content'))
    .flatMap((family) => line(family, findings(family)))
    .sort((a, b) => rankOfProof(a) - rankOfProof(b))
  const waived = same.flatMap(({ waived }) => waived)
  return [...(whole === null ? [] : [whole]), ...proven, ...exceptions(waived)]
}

/** Counts and fingerprints of the same tables, told as one. */
function everyRow(counts: readonly Finding[], contents: readonly Finding[]): Reason | null {
  const counted = new Set(counts.map(({ object }) => object))
  const same = new Set(contents.map(({ object }) => object))
  const covered = counted.size === same.size && [...counted].every((table) => table !== null && same.has(table))
  const rows = sumOfRows(counts)
  if (same.size === 0 || !covered || rows === null) return null
  const text = `${tables(same.size)}, ${formatCount(rows)} rows: every row equal to production at the moment of the dump`
  return { check: 'row content', object: null, text, remedy: null }
}

function line(family: CheckFamily, findings: readonly Finding[]): Reason[] {
  const [first] = findings
  if (first === undefined) return []
  const { check, object } = first
  if (findings.length === 1) return [{ check, object, text: first.message, remedy: null }]
  const text = families[family].same(formatCount(findings.length)) + (family === 'row counts' ? drift(findings) : '')
  return [{ check, object: null, text, remedy: null }]
}

function drift(findings: readonly Finding[]): string {
  const moved = findings.filter(({ expected, actual }) => expected !== null && actual !== null && expected !== actual)
  if (moved.length === 0) return ''
  return `, ${formatCount(moved.length)} of them within the tolerance (drift since the dump)`
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
