import { quoteQualified } from '../../core/index.ts'
import { identityOf, partsOfIdentity, type ObjectFact, type ObjectKind, type TableFact } from '../../facts/index.ts'
import type { Patient, Target } from '../types.ts'

/** What a break may cost one reading of: some hundredths of a second. */
const quickBytes = 4_000_000
/** The same where nothing is as small: a twentieth of the database, a second of it at least, some seconds at most. */
const smallestBytes = { share: 0.05, least: 32_000_000, most: 512_000_000 }

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

/** Those that can be read again at once: small ones, or the smallest; none, where that is large as well. */
export function quickOf<Item>(
  { bytes, facts }: Patient,
  items: readonly Item[],
  identity: (item: Item) => string,
): readonly Item[] {
  const sized = items.map((item) => ({ item, size: bytes.get(identity(item)) ?? Number.POSITIVE_INFINITY }))
  const quick = sized.filter(({ size }) => size <= quickBytes)
  if (quick.length > 0) return quick.map(({ item }) => item)
  const { share, least, most } = smallestBytes
  const limit = Math.min(most, Math.max(least, share * Number(facts.server.databaseBytes)))
  const [smallest] = sized.toSorted((a, b) => a.size - b.size)
  return smallest && smallest.size <= limit ? [smallest.item] : []
}

/** Tables with rows that can be read again at once. */
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
  return quickOf(patient, readable, ({ schema, name }) => identityOf([schema, name]))
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
