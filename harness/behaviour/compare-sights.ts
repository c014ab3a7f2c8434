import { formatCount } from '../core/index.ts'
import type { Finding } from '../compare/index.ts'
import type { SightFact, ViewerFact } from '../facts/index.ts'
import { finding } from './finding.ts'
import { stranger } from './viewers.ts'

export interface SightContext {
  readonly rowsBefore: ReadonlyMap<string, bigint>
  readonly rowsAfter: ReadonlyMap<string, bigint>
  /** Every table holds the same rows on both sides: whatever is seen otherwise, is not for want of rows. */
  readonly rowsAreEqual: boolean
  /** Both databases have one locale: texts compare, sort and fold alike. */
  readonly sortsAlike: boolean
  /** For live production: the share by which rows may have drifted since the dump. Null where nothing may have. */
  readonly driftOf: ((relation: string) => number) | null
  /** What messages call the two: `production`, `the copy`. */
  readonly sides: readonly [string, string]
}

/** A limit of ours or a lock, not an answer. query_canceled, lock_not_available, lock table full. */
const unanswered: ReadonlySet<string> = new Set(['57014', '55P03', '53200'])

/** What one viewer sees of one relation, before and after; null for a relation that it holds no privilege on. */
export function compareSights(
  viewer: ViewerFact,
  was: SightFact | null,
  is: SightFact | null,
  context: SightContext,
): Finding[] {
  const relation = was?.relation ?? is?.relation ?? ''
  const about = { viewer: viewer.name, object: `${relation} as ${viewer.name}`, relation, isUser: isSomebody(viewer) }
  if (viewer.user !== null && (was === null || is === null)) return []
  return [...comparePrivileges(about, was, is, context), ...(was && is ? compareRows(about, was, is, context) : [])]
}

/**
 * Of a table that the platform provides: its privileges are the platform's, but policies on it are the user's, and rows
 * that more of them let through are seen. Where both sides could count.
 */
export function seesMore(viewer: ViewerFact, was: SightFact, is: SightFact | null, context: SightContext): Finding[] {
  if (is === null || was.sqlstate !== undefined || is.sqlstate !== undefined) return []
  const [before, after] = [countOf(was, context.rowsBefore), countOf(is, context.rowsAfter)]
  return before === null || after === null || after <= before ? [] : compareSights(viewer, was, asMay(is, was), context)
}

function asMay(is: SightFact, { privileges, columns }: SightFact): SightFact {
  const { columns: _, ...rest } = is
  return { ...rest, privileges, ...(columns !== undefined && { columns }) }
}

/** Who has rows of its own, may have got its first ones since the dump. */
function isSomebody({ name, user }: ViewerFact): boolean {
  return user !== null && name !== stranger
}

interface About {
  readonly viewer: string
  readonly object: string
  readonly relation: string
  readonly isUser: boolean
}

function comparePrivileges(
  { viewer, object, relation }: About,
  was: SightFact | null,
  is: SightFact | null,
  { sides: [production, copy] }: SightContext,
): Finding[] {
  const before = rightsOf(was)
  const after = rightsOf(is)
  const gained = after.filter((right) => !isHeld(right, before))
  const lost = before.filter((right) => !isHeld(right, after))
  const sides = { expected: before.join(', ') || 'nothing', actual: after.join(', ') || 'nothing' }
  if (gained.length > 0) {
    const message = `${viewer} may ${gained.join(', ')} ${relation} in ${copy}, and may not in ${production}`
    return [finding('access', 'differs', object, message, { ...sides, remedy: exposed })]
  }
  if (lost.length > 0) {
    const message = `${viewer} may ${lost.join(', ')} ${relation} in ${production}, and may not in ${copy}`
    return [finding('access', 'differs', object, message, { ...sides, remedy: hidden, gravity: 'lost behaviour' })]
  }
  return []
}

/** Who may read all columns may read each. */
function isHeld(right: string, rights: readonly string[]): boolean {
  return rights.includes(right) || (right.startsWith('SELECT (') && rights.includes('SELECT'))
}

function rightsOf(sight: SightFact | null): string[] {
  if (!sight) return []
  const rights = sight.privileges.split(', ')
  const { columns } = sight
  if (columns === undefined || !rights.includes('SELECT')) return rights
  return [...rights.filter((right) => right !== 'SELECT'), ...columns.map((column) => `SELECT (${column}) of`)]
}

const exposed =
  'do not let anybody in before the policy, the grant or the function is back: see what differs in the schema'
const hidden = 'see what differs in the schema: policies, grants, functions they call'

function compareRows(about: About, was: SightFact, is: SightFact, context: SightContext): Finding[] {
  const { viewer, object, relation } = about
  const [production, copy] = context.sides
  if (was.rows === 'unread' || is.rows === 'unread' || (was.rows === 'all' && is.rows === 'all')) return []
  const cut = [was, is].find(({ sqlstate }) => sqlstate !== undefined && unanswered.has(sqlstate))
  if (cut) {
    const message = `what ${viewer} sees of ${relation} was not read in time (${cut.sqlstate})`
    const details = { remedy: 'rehearse again at a quieter time', notice: was.kind === 'view' }
    return [finding('access', 'not-checked', object, message, details)]
  }
  if (was.sqlstate !== undefined || is.sqlstate !== undefined) return compareErrors(about, was, is, context)
  const before = countOf(was, context.rowsBefore)
  const after = countOf(is, context.rowsAfter)
  if (before === null || after === null) return []
  const sides = { expected: formatCount(before), actual: formatCount(after) }
  const unsettled = was.unsettled ?? is.unsettled
  if (before !== after) {
    const message = `${viewer} sees ${rows(after)} of ${relation} in ${copy}, ${formatCount(before)} in ${production}`
    if (isDrift(about, before, after, context)) {
      return [finding('access', 'differs', object, `${message}: drift since the dump`, { ...sides, notice: true })]
    }
    if (unsettled === 'moment' && is.rows !== 'all') {
      return [finding('access', 'differs', object, `${message}: it asks for the moment`, { ...sides, notice: true })]
    }
    if (after > before) return [finding('access', 'differs', object, message, { ...sides, remedy: exposed })]
    const notice = !context.rowsAreEqual && context.driftOf === null
    return [
      finding('access', 'differs', object, message, { ...sides, remedy: hidden, notice, gravity: 'lost behaviour' }),
    ]
  }
  if (was.fingerprint === null || is.fingerprint === null || was.fingerprint === is.fingerprint) return []
  if (was.key?.join() !== is.key?.join()) {
    const message = `what ${viewer} sees of ${relation} was compared by count alone: its primary key is another`
    return [finding('access', 'not-checked', object, message, { notice: true })]
  }
  const message = `${viewer} sees as many rows of ${relation} on both sides, but not the same`
  const notice = !context.rowsAreEqual || unsettled !== undefined || (was.kind === 'view' && !context.sortsAlike)
  return [finding('access', 'differs', object, message, { remedy: exposed, notice })]
}

function compareErrors(
  { viewer, object, relation }: About,
  was: SightFact,
  is: SightFact,
  { sides: [production, copy] }: SightContext,
): Finding[] {
  if (was.sqlstate === is.sqlstate) return []
  const sides = { expected: was.sqlstate ?? was.rows, actual: is.sqlstate ?? is.rows }
  if (is.sqlstate !== undefined) {
    const message = `${viewer} can not read ${relation} in ${copy} (${is.sqlstate}); in ${production} ${was.sqlstate ?? 'it can'}`
    return [finding('access', 'differs', object, message, { ...sides, remedy: hidden, gravity: 'lost behaviour' })]
  }
  const message = `${viewer} sees ${is.rows === '0' ? 'no rows' : is.rows} of ${relation} in ${copy}, where ${production} refuses (${was.sqlstate})`
  return [finding('access', 'differs', object, message, { ...sides, remedy: exposed, notice: is.rows === '0' })]
}

function countOf({ rows, relation }: SightFact, totals: ReadonlyMap<string, bigint>): bigint | null {
  return rows === 'all' ? (totals.get(relation) ?? null) : BigInt(rows)
}

/**
 * What one viewer sees may have moved by as many rows as the whole table may. But a role that sees none of production's
 * rows and some of the copy's has not drifted there.
 */
function isDrift({ relation, isUser }: About, before: bigint, after: bigint, context: SightContext): boolean {
  const { driftOf, rowsBefore } = context
  if (driftOf === null || (before === 0n && !isUser)) return false
  const apart = Number(after > before ? after - before : before - after)
  return apart <= driftOf(relation) * Number(rowsBefore.get(relation) ?? before)
}

function rows(count: bigint): string {
  return count === 1n ? '1 row' : `${formatCount(count)} rows`
}
