import type { Finding } from '../../compare/index.ts'
import { scrubLine } from '../../core/index.ts'
import type { Facts } from '../../facts/index.ts'
import { depths, type Depth, type Side } from './types.ts'

/** How far these facts go: a document does not say, but what is in it does. */
export function depthOf({ objects, tables }: Facts): Depth {
  if (tables.length === 0 && objects.some(({ kind }) => kind === 'table')) return 'schema'
  const read = tables.filter(({ unreadable, persistence }) => unreadable === undefined && persistence === 'permanent')
  return read.length > 0 && read.every(({ fingerprint }) => fingerprint === null) ? 'counts' : 'rows'
}

/** The depth to which both sides can be compared, and what is open because it was asked for more. */
export function limitDepth(
  asked: Depth,
  sides: readonly [Side, Side],
): { readonly depth: Depth; readonly open: readonly Finding[] } {
  const rank = (depth: Depth): number => depths.indexOf(depth)
  let depth = asked
  const open: Finding[] = []
  for (const { name, facts } of sides) {
    const there = depthOf(facts)
    if (rank(there) >= rank(asked)) continue
    if (rank(there) < rank(depth)) depth = there
    const what = there === 'schema' ? 'no counts of rows' : 'no fingerprints of rows'
    open.push({
      check: there === 'schema' ? 'row counts' : 'row content',
      status: 'not-checked',
      object: null,
      notice: false,
      message: `${name} holds ${what}`,
      expected: null,
      actual: null,
      remedy: `take its facts with --depth ${asked}, or compare with --depth ${there}`,
      attribution: null,
    })
  }
  return { depth, open }
}

/** A schema that was asked for and that neither side has is a slip of the pen, and no comparison. */
export function schemasNowhere(asked: readonly string[] | null, sides: readonly Side[]): Finding[] {
  const nowhere = (asked ?? []).filter((name) => sides.every(({ facts }) => !facts.schemas.includes(name)))
  return nowhere.map((name) => ({
    check: 'schema',
    status: 'not-checked',
    object: null,
    notice: false,
    message: `there is no schema ${scrubLine(name)} on either side`,
    expected: null,
    actual: null,
    remedy: 'see how it is spelled: names are taken as they are, case included',
    attribution: null,
  }))
}

const checksOf: Readonly<Record<Depth, ReadonlySet<Finding['check']>>> = {
  schema: new Set(['tables', 'schema']),
  counts: new Set(['tables', 'schema', 'row counts', 'sequences', 'access']),
  rows: new Set(['tables', 'schema', 'row counts', 'sequences', 'row content', 'access']),
}

export function isWithin(depth: Depth): (finding: Finding) => boolean {
  return ({ check }) => checksOf[depth].has(check)
}
