import { quoteQualified } from '../../core/index.ts'
import { identityOf, partsOfIdentity, type ObjectFact, type ObjectKind, type TableFact } from '../../facts/index.ts'
import type { Patient, Target } from '../types.ts'

/** Rows that a break may cost one reading of: some hundredths of a second. */
const mostRows = 20_000

/** Objects of one kind that are compared, with their names' parts. */
export function objectsOf(
  { facts, isCompared }: Patient,
  kind: ObjectKind,
): readonly { readonly object: ObjectFact; readonly parts: readonly string[] }[] {
  return facts.objects
    .filter((object) => object.kind === kind)
    .map((object) => ({ object, parts: partsOfIdentity(object.identity) }))
    .filter(({ object, parts }) => isCompared(parts[0] ?? '', object.identity))
}

/** Tables with rows that can be read again at once: small ones, or the smallest. */
export function tablesWithRows(patient: Patient, least = 1): readonly TableFact[] {
  const acting = actingTables(patient)
  const readable = patient.facts.tables.filter(
    ({ schema, name, persistence, rows, condition, unreadable, populated }) =>
      persistence === 'permanent' &&
      populated &&
      condition === undefined &&
      unreadable === undefined &&
      schema !== 'pg_catalog' &&
      BigInt(rows) >= BigInt(least) &&
      !acting.has(identityOf([schema, name])) &&
      patient.isCompared(schema, identityOf([schema, name])),
  )
  const small = readable.filter(({ rows }) => BigInt(rows) <= BigInt(mostRows))
  if (small.length > 0) return small
  return readable.toSorted((a, b) => Number(BigInt(a.rows) - BigInt(b.rows))).slice(0, 1)
}

/** Tables whose rules, or triggers that fire in spite of us, may make something else of a write. */
function actingTables({ facts, isSuperuser }: Patient): ReadonlySet<string> {
  const acting = facts.objects.filter(
    ({ kind, properties }) =>
      kind === 'rule' || (kind === 'trigger' && (!isSuperuser || /always|replica/.test(properties['fires'] ?? ''))),
  )
  return new Set(acting.map(({ identity }) => identityOf(partsOfIdentity(identity).slice(0, -1))))
}

/** One statement, on something of one kind. */
export function targetOf(kind: ObjectKind, object: ObjectFact, statement: string): Target {
  return {
    object: object.identity,
    apply: async (sql) => {
      await sql.query(statement)
      return true
    },
    look: { by: 'facts', parts: { kinds: [kind] } },
  }
}

export function quoted([schema = '', name = '']: readonly string[]): string {
  return quoteQualified(schema, name)
}
