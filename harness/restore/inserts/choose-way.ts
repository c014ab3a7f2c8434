import { literalKind, type InsertHead } from '../../dump/index.ts'
import type { TargetColumn, TargetFacts } from './read-target.ts'

/**
 * How INSERTs with the same words before their rows are run. `copy`: as rows of a COPY. `together`: many statements in
 * one message, which is one transaction, each with its own checks at its end. `single`: one by one.
 */
export interface InsertWay {
  readonly way: 'copy' | 'together' | 'single'
  /** The COPY statement, one character a byte. */
  readonly statement: string
  /** For each value of a row, the literal kinds that COPY reads as the INSERT does. */
  readonly allowed: Uint8Array
  /** Whether ON CONFLICT DO NOTHING may be left out as long as COPY meets no conflict. */
  readonly maySkipConflicts: boolean
}

const { integer, decimal, boolean, bit, string, null: nothing, default: left } = literalKind

/**
 * Kinds of literal beside quoted ones that mean the same to COPY, by type (pg_type.dat): the literal's own type and the
 * cast into the column's give the value that the input function reads from its text. Decimals into whole numbers don't:
 * INSERT rounds, COPY refuses. Money, text and all others have casts of their own.
 */
const kindsOf: ReadonlyMap<number, number> = new Map([
  [16, boolean], // bool
  [20, integer], // int8
  [21, integer], // int2
  [23, integer], // int4
  [26, integer], // oid
  [700, integer | decimal], // float4
  [701, integer | decimal], // float8
  [1700, integer | decimal], // numeric
  [1560, bit],
  [1562, bit], // varbit
])

const oneByOne: InsertWay = { way: 'single', statement: '', allowed: new Uint8Array(0), maySkipConflicts: false }

/** Whether a table lets COPY, or one transaction, stand for INSERTs that begin like this. */
export function chooseWay(head: InsertHead, facts: TargetFacts | null): InsertWay {
  if (facts === null || !facts.isPlain || facts.selfReference === 'deferred') return oneByOne
  const named = head.columns === null ? facts.columns : namedColumns(head.columns, facts.columns)
  if (named === null) return oneByOne
  if (!facts.takesManyDefaults && named.some(({ isGenerated }) => isGenerated)) return oneByOne
  const isAnyDefaultComputed = facts.columns.some(
    (column) => column.hasDefault && !column.isGenerated && !named.includes(column),
  )
  if (isAnyDefaultComputed || named.some((column) => column.isIdentityAlways && !head.isOverriding)) return oneByOne
  const columns = head.columns?.filter((_, index) => named[index]?.isGenerated === false)
  return {
    way: facts.selfReference === 'none' ? 'copy' : 'together',
    statement: `COPY ${head.table}${columns ? ` (${columns.join(', ')})` : ''} FROM stdin;`,
    allowed: Uint8Array.from(named, allowedIn),
    maySkipConflicts: !facts.hasDeferrableKey,
  }
}

/** A generated column takes DEFAULT and nothing else, and COPY leaves it out. */
function allowedIn({ isGenerated, takesStrings, baseType }: TargetColumn): number {
  if (isGenerated) return left
  return nothing | (takesStrings ? string : 0) | (kindsOf.get(baseType) ?? 0)
}

/** Null where one is not found, or is named otherwise than byte by byte. */
function namedColumns(names: readonly string[], columns: readonly TargetColumn[]): readonly TargetColumn[] | null {
  const found = names.map((name) => columns.find((column) => column.name === unquoted(name)))
  return found.every((column) => column !== undefined) ? found : null
}

/** As the server folds it; a letter beyond ASCII is folded by the server's locale, so such a name is not found. */
function unquoted(name: string): string | null {
  if (name.startsWith('"')) return name.slice(1, -1).replaceAll('""', '"')
  return /^[\x20-\x7e]*$/.test(name) ? name.toLowerCase() : null
}
