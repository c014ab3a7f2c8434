import { formatCount, scrubLine } from '../../core/index.ts'
import type { CountedTable } from './count-rows.ts'

/** A table of the baseline. `blind`: why its rows can't be compared, where they can't. */
export interface BaselineTable {
  readonly schema: string
  readonly name: string
  readonly rows: bigint
  readonly blind: string | null
}

export interface CountFinding {
  readonly table: string
  readonly status: 'same' | 'differs' | 'not-checked'
  readonly kind: 'equal' | 'drift' | 'missing' | 'new' | 'not counted' | 'other schema'
  /** Decimal text; null where there is none. */
  readonly baseline: string | null
  readonly production: string | null
  readonly message: string
}

export interface CountReport {
  readonly kind: 'platform-counts'
  readonly version: 1
  readonly at: string
  readonly ref: string
  readonly answer: 'same' | 'differs' | 'undecided'
  /** By the table's name. */
  readonly findings: readonly CountFinding[]
}

/** A share of the baseline's rows, for one table. */
export type Tolerance = (table: { readonly schema: string; readonly name: string }) => number

/**
 * Production's counts beside those of a backup. Two moments: what differs is drift since the backup, and within the
 * tolerance it is as well as the same. Equal counts don't prove equal rows. Pure.
 */
export function compareCounts(
  baseline: readonly BaselineTable[],
  production: readonly CountedTable[],
  tolerance: Tolerance,
): readonly CountFinding[] {
  const here = new Map(production.map((table) => [keyOf(table), table]))
  const known = new Set(baseline.map(keyOf))
  const findings = [
    ...baseline.map((table) => comparePair(table, here.get(keyOf(table)), tolerance(table))),
    ...production.filter((table) => !known.has(keyOf(table))).map(describeNew),
  ]
  return findings.toSorted((a, b) => (a.table < b.table ? -1 : a.table > b.table ? 1 : 0))
}

/** Nothing counted is not the same. */
export function answerOfCounts(findings: readonly CountFinding[]): CountReport['answer'] {
  if (findings.some(({ status }) => status === 'differs')) return 'differs'
  return findings.length > 0 && findings.every(({ status }) => status === 'same') ? 'same' : 'undecided'
}

function comparePair(baseline: BaselineTable, now: CountedTable | undefined, tolerance: number): CountFinding {
  const table = nameOf(baseline)
  const was = baseline.blind === null ? String(baseline.rows) : null
  const is = now?.rows === null || now === undefined ? null : String(now.rows)
  const facts = { table, baseline: was, production: is }
  const had = formatCount(baseline.rows)
  if (!now) {
    return baseline.blind === null
      ? {
          ...facts,
          status: 'differs',
          kind: 'missing',
          message: `${table} is gone from production: the backup has ${rowsOf(baseline.rows)} of it`,
        }
      : { ...facts, status: 'not-checked', kind: 'not counted', message: `${table} was not counted: ${baseline.blind}` }
  }
  if (baseline.blind !== null || now.rows === null) {
    const why = baseline.blind ?? now.why ?? 'no count'
    return {
      ...facts,
      status: 'not-checked',
      kind: 'not counted',
      message: `${table} was not counted: ${scrubLine(why, 200)}`,
    }
  }
  if (now.rows === baseline.rows)
    return { ...facts, status: 'same', kind: 'equal', message: `${table}: ${rowsOf(baseline.rows)}` }
  const gap = now.rows > baseline.rows ? now.rows - baseline.rows : baseline.rows - now.rows
  const isWithin = Number(gap) <= tolerance * Number(baseline.rows)
  const by = `${now.rows > baseline.rows ? '+' : '-'}${formatCount(gap)}`
  return {
    ...facts,
    status: isWithin ? 'same' : 'differs',
    kind: 'drift',
    message: `${table}: production has ${rowsOf(now.rows)} now, the backup ${had} (${by}): drift since the backup${isWithin ? ', within the tolerance' : ''}`,
  }
}

function describeNew(table: CountedTable): CountFinding {
  const name = nameOf(table)
  const rows = table.rows === null ? '' : `, with ${rowsOf(table.rows)}`
  return {
    table: name,
    status: 'differs',
    kind: 'new',
    baseline: null,
    production: table.rows === null ? null : String(table.rows),
    message: `${name} is new in production${rows}: the backup does not have it`,
  }
}

function rowsOf(rows: bigint): string {
  return `${formatCount(rows)} ${rows === 1n ? 'row' : 'rows'}`
}

function keyOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([schema, name])
}

function nameOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return scrubLine(`${schema}.${name}`, 140)
}
