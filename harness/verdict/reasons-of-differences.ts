import { formatCount } from '../core/index.ts'
import { gravities, rankOfGravity, type Finding } from '../compare/index.ts'
import { checkFamily, families, rankOfDifference, type CheckFamily } from './check-family.ts'
import { missingRows, nameList, nameOnly, withMessage, withValues } from './name-list.ts'
import type { Reason } from './types.ts'

const blame = { dump: ': the dump itself lacks them', restore: ': the dump has them, the restore lost them' } as const
const remedyByBlame = {
  dump: 'take a fresh backup: this one never held these rows',
  restore: 'see the refused statements in the report: the rows are in the backup, and did not load',
} as const

/** Why the answer is NO-GO: one line for a finding, one line for many of a kind. Most telling first. */
export function reasonsOfDifferences(findings: readonly Finding[]): Reason[] {
  const groups = Map.groupBy(
    findings.filter(isNews(findings)),
    (finding) => `${checkFamily(finding.check)} ${finding.attribution ?? ''} ${shownGravity(finding) ?? ''}`,
  )
  return [...groups.values()]
    .sort((a, b) => rankOf(a) - rankOf(b) || rankOfFamily(a) - rankOfFamily(b))
    .map((group) => reason(group.toSorted(furthestOffFirst)))
}

/** A table that lost rows need not be named again for rows that differ, nor a sequence that is behind for the write that collides. */
function isNews(findings: readonly Finding[]): (finding: Finding) => boolean {
  const miscounted = new Set(findings.filter(({ check }) => check === 'row counts').map(({ object }) => object))
  const misplaced = new Set(findings.filter(({ check }) => check === 'sequences').map(({ object }) => object))
  return ({ check, object }) =>
    object === null ||
    !((check === 'row content' && miscounted.has(object)) || (check === 'writes' && misplaced.has(object)))
}

function reason(group: readonly Finding[]): Reason {
  const first = group[0]
  if (first === undefined) throw new TypeError('a group holds at least one finding')
  const { check, object, attribution } = first
  const family = checkFamily(check)
  const remedy =
    group.find((finding) => finding.remedy !== null)?.remedy ??
    (attribution === null ? families[family].remedy : remedyByBlame[attribution])
  const gravity = shownGravity(first)
  const graded = gravity === undefined ? '' : ` (${gravity})`
  if (group.length === 1) return { check, object, text: `${first.message}${graded}`, remedy }
  const heading = `${families[family].differ(formatCount(group.length))}${graded}`
  const cause = attribution === null ? '' : blame[attribution]
  const list = nameList(group, describe[family] ?? withValues)
  return { check, object: null, text: `${heading}${totals(family, group)}${cause}: ${list}`, remedy }
}

/** Definitions and sights are told apart by what their difference does; who sees more than before has none, and comes first. Rows that are gone are lost data, no word needed. */
function shownGravity({ check, gravity }: Finding): Finding['gravity'] {
  return check === 'schema' || check === 'access' ? gravity : undefined
}

/** What damns the backup itself, then what differs in the database by its gravity, then what is off besides. */
function rankOf(group: readonly Finding[]): number {
  const graded = group.flatMap(({ gravity }) => (gravity === undefined ? [] : [rankOfGravity(gravity)]))
  if (graded.length > 0) return Math.min(...graded)
  return rankOfFamily(group) < rankOfDifference('tables') ? -1 : gravities.length
}

function rankOfFamily([first]: readonly Finding[]): number {
  return first === undefined ? 0 : rankOfDifference(first.check)
}

const describe: Partial<Record<CheckFamily, (finding: Finding) => string>> = {
  schema: nameOnly,
  'row content': nameOnly,
  restore: withMessage,
  artefacts: withMessage,
  completeness: withMessage,
  spec: nameOnly,
}

function totals(family: CheckFamily, group: readonly Finding[]): string {
  if (family !== 'row counts') return ''
  let missing = 0n
  let surplus = 0n
  for (const finding of group) {
    const rows = missingRows(finding)
    if (rows > 0n) missing += rows
    else surplus -= rows
  }
  const parts: string[] = []
  if (missing > 0n) parts.push(`${rowsWord(missing)} missing`)
  if (surplus > 0n) parts.push(`${rowsWord(surplus)} too many`)
  return parts.length > 0 ? ` (${parts.join(', ')})` : ''
}

function furthestOffFirst(a: Finding, b: Finding): number {
  const [offA, offB] = [magnitude(missingRows(a)), magnitude(missingRows(b))]
  if (offA !== offB) return offA > offB ? -1 : 1
  return compareText(a.object ?? '', b.object ?? '')
}

const rowsWord = (count: bigint): string => `${formatCount(count)} ${count === 1n ? 'row' : 'rows'}`
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
