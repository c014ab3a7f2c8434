import { quoteIdentifier, quoteQualified } from '../core/index.ts'
import { textFormOf } from './text-forms.ts'

export interface FingerprintColumn {
  readonly name: string
  /** OID of its type. */
  readonly type: number
  /** Somebody made a cast from its type to text: go by the type's own output function instead. */
  readonly hasOwnCast: boolean
}

/**
 * Columns hashed in one chain. A chain nests one call a column; a table may have 1,600 of them, and the server's
 * parser has a stack: longer rows are hashed in groups, and the groups' hashes in a chain of their own.
 */
const chainLength = 64

/**
 * `SELECT rows, fingerprint` of one table, itself without its children. The fingerprint is the sum over all rows of a
 * hash chained through the columns, so that it knows neither row order nor physical layout, but sees a value exchanged
 * between two rows (a sum of per-column hashes, as `hash_record_extended` amounts to, does not) and a row that is there
 * twice (an XOR does not). Values are hashed as text: typed hashes take enums by OID and 1.50 for 1.5.
 * Sums arrive as the server prints them: a cast to text may be one that somebody made.
 * https://doxygen.postgresql.org/hashfunc_8c.html
 */
export function fingerprintQuery(table: ReadTable, columns: readonly FingerprintColumn[]): string {
  return `SELECT pg_catalog.count(*) AS rows, coalesce(pg_catalog.sum(${rowHash(columns)}), 0) AS fingerprint
    FROM ${rowsOf(table)}`
}

/** Rows alone. */
export function countQuery(table: ReadTable): string {
  return `SELECT pg_catalog.count(*) AS rows, NULL::numeric AS fingerprint FROM ${rowsOf(table)}`
}

export interface ReadTable {
  readonly schema: string
  readonly name: string
  /** An SQL expression of its columns, by which rows are chosen; null: all. */
  readonly where?: string | null
}

/** SQL of its rows `t`. A condition may call the table by its name. */
export function rowsOf({ schema, name, where = null }: ReadTable): string {
  const table = `ONLY ${quoteQualified(schema, name)}`
  return where === null ? `${table} AS t` : `(SELECT * FROM ${table} WHERE (${where}\n)) AS t`
}

/** SQL of a hash of one row `t`, a bigint. */
export function rowHash(columns: readonly FingerprintColumn[]): string {
  const groups: string[] = []
  for (let start = 0; start < columns.length; start += chainLength) {
    groups.push(
      columns
        .slice(start, start + chainLength)
        .reduce(
          (seed, column) => `pg_catalog.hashtextextended(${valueText(column)} COLLATE pg_catalog."C", ${seed})`,
          String(start),
        ),
    )
  }
  const [first, ...others] = groups
  // As text: hashint8extended folds its 64 bits to 32.
  return others.reduce(
    (seed, group) => `pg_catalog.hashtextextended(pg_catalog.concat(${group}) COLLATE pg_catalog."C", ${seed})`,
    first ?? '0',
  )
}

/**
 * Never NULL, and NULL is told apart from everything else: texts that may be empty have a dot before them. COLLATE
 * follows, because a nondeterministic collation hashes `a` and `A` alike. `concat` calls output functions, whatever casts
 * there are; a composite of NULLs is not NULL, which `IS NULL` says it is.
 */
function valueText({ name, type, hasOwnCast }: FingerprintColumn): string {
  const value = `t.${quoteIdentifier(name)}`
  const form = textFormOf(type)
  switch (form) {
    case 'cast':
      return hasOwnCast ? `pg_catalog.concat(${value})` : `coalesce(${value}::text, '')`
    case 'text':
      return `coalesce('.' || ${value}::text, '')`
    case 'code':
      return `pg_catalog.concat(${value}::integer)`
    case 'output':
      return `(CASE WHEN ${value} IS NOT DISTINCT FROM NULL THEN '' ELSE '.' || pg_catalog.concat(${value}) END)`
    default:
      throw new TypeError(`unhandled ${JSON.stringify(form satisfies never)}`)
  }
}
