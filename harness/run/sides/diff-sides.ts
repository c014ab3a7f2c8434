import {
  compareFacts,
  diffObjects,
  gravestFirst,
  withoutIgnored,
  type Finding,
  type IgnoreRule,
} from '../../compare/index.ts'
import { scrubLine } from '../../core/index.ts'
import { reparseDifferences, type Facts } from '../../facts/index.ts'
import { isWithin, limitDepth, schemasNowhere } from './limit-depth.ts'
import { compareSeen, narrowSides } from './look-inside.ts'
import { openSides } from './open-side.ts'
import { reparseOnScratch } from './reparse-on-scratch.ts'
import { settleFindings } from './settle-findings.ts'
import type { DiffReport, DiffRequest, Side } from './types.ts'

/** Compares two databases, facts files or backups with each other. Nothing is written to either database. */
export async function diffSides(request: DiffRequest): Promise<DiffReport> {
  await using opened = new AsyncDisposableStack()
  const [a, b] = await openSides(request, opened)
  request.progress.begin('compare')
  const { depth, open } = limitDepth(request.depth, [a, b])
  const notes: string[] = []
  const [spelledA, spelledB] = await spellAlike(a, b, request, notes)
  const was = withoutIgnored(spelledA, request.ignore)
  const is = withoutIgnored(spelledB, request.ignore)
  notes.push(...unusedRules(request.ignore, [was.used, is.used]))
  const notCovered = {
    schemas: [...(a.notCovered.schemas ?? []), ...(b.notCovered.schemas ?? [])],
    roles: [...(a.notCovered.roles ?? []), ...(b.notCovered.roles ?? [])],
    withoutRows: [...(a.notCovered.withoutRows ?? []), ...(b.notCovered.withoutRows ?? [])],
  }
  const sides = [scrubLine(a.name), scrubLine(b.name)] as const
  const compared = compareFacts({
    baseline: was.facts,
    restored: is.facts,
    baselineKind: 'dump-snapshot',
    notCovered,
    carries: {
      roles: a.carries.roles && b.carries.roles,
      database: a.carries.database && b.carries.database,
      settings: a.carries.settings !== false && b.carries.settings !== false,
    },
    sides,
    exact: a.copy === null && b.copy === null,
  })
  const seen = compareSeen([a, b], [was.facts, is.facts], notes)
  // Where no table is left to be compared nothing is open about rows: that the other side has more is said by name.
  const deepest = was.facts.tables.length === 0 ? 'schema' : depth
  const findings = gravestFirst([
    ...(await narrowSides(settleFindings([...compared, ...seen].filter(isWithin(deepest)), sides), [a, b], notes)),
    ...open,
    ...schemasNowhere(request.schemas, [a, b]),
    ...a.findings,
    ...b.findings,
  ])
  const named = new Set(findings.filter(({ check }) => check === 'schema').map(({ object }) => object))
  const diffs = diffObjects(was.facts, is.facts, { notCovered, sides }).filter(({ identity }) => named.has(identity))
  const counting = findings.filter(({ notice }) => !notice)
  request.progress.end('compare', `${counting.filter(({ status }) => status === 'differs').length} differences`)
  return {
    kind: 'rehearsal-diff',
    version: 1,
    answer: answerOf(counting),
    depth,
    sides: [a, b].map(({ name, what, facts }) => ({
      name: scrubLine(name),
      what,
      takenAt: facts.takenAt,
      serverVersion: facts.server.version,
      objects: facts.objects.length,
      tables: facts.tables.length,
    })),
    findings,
    diffs,
    notes,
  }
}

function answerOf(counting: readonly Finding[]): DiffReport['answer'] {
  if (counting.some(({ status }) => status === 'differs')) return 'differs'
  return counting.length > 0 ? 'undecided' : 'same'
}

/**
 * Texts of expressions are comparable once one server has read both. A restored copy is ours, and is asked; for two
 * others a scratch server is, never one of theirs.
 */
async function spellAlike(a: Side, b: Side, request: DiffRequest, notes: string[]): Promise<readonly [Facts, Facts]> {
  if (b.copy) return [await reparseDifferences(b.copy, a.facts, b.facts), b.facts]
  if (a.copy) return [a.facts, await reparseDifferences(a.copy, b.facts, a.facts)]
  return reparseOnScratch([a.facts, b.facts], request, notes)
}

function unusedRules(rules: readonly IgnoreRule[], used: readonly ReadonlySet<IgnoreRule>[]): string[] {
  return rules
    .filter((rule) => !used.some((one) => one.has(rule)))
    .map(({ text }) => `--ignore ${scrubLine(text)} left nothing out`)
}
