import { quoteLiteral, type SqlRunner } from '../core/index.ts'
import { rowHash, rowsOf, type FingerprintColumn } from './fingerprint.ts'
import { conditionNotRun } from './configuration-rows.ts'
import { primaryKeyQuery } from './queries/primary-key.ts'
import { listTables } from './read-tables.ts'
import { Readings } from './readings.ts'
import { inPinnedTransaction } from './transaction.ts'

export interface NarrowedRows {
  readonly kind: 'narrowed-rows'
  /** How a row of one side was recognised on the other. Without a primary key a changed row is one missing, one added. */
  readonly by: 'primary key' | 'row'
  readonly changed: number
  /** In the first database only. */
  readonly missing: number
  /** In the second only. */
  readonly added: number
  /** False: there are at least so many. */
  readonly isComplete: boolean
  /** Hashes of the keys (without a primary key: of the rows), hexadecimal, sorted, the first ones. No values. */
  readonly keys: readonly string[]
}

export interface NarrowOptions {
  /** Buckets that are looked into. */
  readonly mostBuckets?: number
  /** Keys that are named. */
  readonly mostKeys?: number
}

/** Rows that a bucket holds about: what is fetched of one that differs. */
const rowsInBucket = 256
const mostBucketsAtAll = 65_536

/**
 * Which rows of a table differ between two databases, once its fingerprints do: rows are put into buckets by the hash of
 * their key, and only buckets whose sums differ are looked into, so that hashes of a few thousand rows at most leave the
 * servers, never values (the hash of a key that can be guessed can be guessed, too). Reads the table three times at most.
 * Says why it could not, as text.
 */
export async function narrowRows(
  first: SqlRunner,
  second: SqlRunner,
  table: { readonly schema: string; readonly name: string },
  { mostBuckets = 64, mostKeys = 20 }: NarrowOptions = {},
): Promise<NarrowedRows | { readonly unreadable: string }> {
  return inPinnedTransaction(first, () =>
    inPinnedTransaction(second, async () => {
      const sides = [await openSide(first, table), await openSide(second, table)] as const
      const [a, b] = sides
      if (!a.columns || !b.columns) return { unreadable: 'the table is not in both databases' }
      const names = new Set(b.columns.map(({ name }) => name))
      const columns = a.columns.filter(({ name }) => names.has(name))
      const hasKey = a.key.length > 0 && JSON.stringify(a.key) === JSON.stringify(b.key)
      const key = hasKey ? columns.filter(({ name }) => a.key.includes(name)) : columns
      // One side's catalogue alone doesn't say what is run on the other.
      if (a.condition !== b.condition || (a.condition !== null && a.where === null))
        return { unreadable: conditionNotRun }
      const from = { table: rowsOf({ ...table, where: a.where }), row: rowHash(columns), key: rowHash(key) }

      const counted = await readBoth(sides, `SELECT pg_catalog.count(*) AS answer FROM ${from.table}`)
      if ('unreadable' in counted) return counted
      const buckets = bucketsFor(Math.max(...counted.answers.map(Number)))
      const sums = await readBoth(sides, bucketSumsQuery(from, buckets))
      if ('unreadable' in sums) return sums
      const differing = differingKeys(...asMaps(sums.answers))
      const inside = await readBoth(sides, rowsOfBucketsQuery(from, buckets, differing.slice(0, mostBuckets)))
      if ('unreadable' in inside) return inside
      for (const side of sides) await side.readings.close()
      const found = compareRows(...asMaps(inside.answers), hasKey)
      return {
        kind: 'narrowed-rows',
        by: hasKey ? 'primary key' : 'row',
        changed: found.changed,
        missing: found.missing,
        added: found.added,
        isComplete: differing.length <= mostBuckets,
        keys: found.keys.toSorted().slice(0, mostKeys),
      }
    }),
  )
}

interface Side {
  readonly readings: Readings
  readonly columns: readonly FingerprintColumn[] | null
  readonly key: readonly string[]
  readonly condition: string | null
  readonly where: string | null
}

async function openSide(sql: SqlRunner, { schema, name }: { schema: string; name: string }): Promise<Side> {
  const readings = await Readings.open(sql)
  const oids = `ARRAY (SELECT s.oid FROM pg_catalog.pg_namespace AS s WHERE s.nspname = ${quoteLiteral(schema)})`
  const [source] = await listTables(readings, oids, { table: name })
  const [row] = await readings.readAll(primaryKeyQuery(schema, name))
  const key = JSON.parse(row?.['columns'] ?? '[]') as readonly string[]
  const { columns = null, condition = null, where = null } = source ?? {}
  return { readings, columns, key, condition, where }
}

async function readBoth(
  sides: readonly [Side, Side],
  text: string,
): Promise<{ readonly answers: readonly [string, string] } | { readonly unreadable: string }> {
  const [a, b] = await Promise.all([sides[0].readings.read(text), sides[1].readings.read(text)])
  if ('unreadable' in a) return { unreadable: `in the first database: ${a.unreadable}` }
  if ('unreadable' in b) return { unreadable: `in the second database: ${b.unreadable}` }
  return { answers: [a.row['answer'] ?? '', b.row['answer'] ?? ''] }
}

interface From {
  readonly table: string
  readonly row: string
  readonly key: string
}

/** A power of two. */
function bucketsFor(rows: number): number {
  return Math.min(mostBucketsAtAll, 2 ** Math.ceil(Math.log2(Math.max(rows / rowsInBucket, 64))))
}

function bucketSumsQuery({ table, row, key }: From, buckets: number): string {
  return `SELECT pg_catalog.json_object_agg(s.bucket, s.sums) AS answer
    FROM (SELECT h.bucket, pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.sum(h.row)) AS sums
      FROM (SELECT ${key} & ${buckets - 1} AS bucket, ${row} AS row FROM ${table}) AS h GROUP BY h.bucket) AS s`
}

/** By key, the rows that have it and how often: hashes only. */
function rowsOfBucketsQuery({ table, row, key }: From, buckets: number, chosen: readonly string[]): string {
  return `SELECT pg_catalog.json_object_agg(s.key, s.rows) AS answer
    FROM (SELECT pg_catalog.lpad(pg_catalog.to_hex(h.key), 16, '0') AS key,
        pg_catalog.string_agg(pg_catalog.concat(h.row), ' ' ORDER BY h.row) AS rows
      FROM (SELECT ${key} AS key, ${row} AS row FROM ${table}
        WHERE ${key} & ${buckets - 1} = ANY ('{${chosen.join(',')}}'::bigint[])) AS h GROUP BY h.key) AS s`
}

type Texts = Readonly<Record<string, string>>

function asMaps([a, b]: readonly [string, string]): [Texts, Texts] {
  return [JSON.parse(a || '{}') as Texts, JSON.parse(b || '{}') as Texts]
}

function differingKeys(a: Texts, b: Texts): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key])
}

function compareRows(a: Texts, b: Texts, hasKey: boolean) {
  const found = { changed: 0, missing: 0, added: 0, keys: differingKeys(a, b) }
  for (const key of found.keys) {
    const before = countIn(a[key])
    const after = countIn(b[key])
    if (hasKey) found.changed += Math.min(before, after)
    found.missing += Math.max(0, before - after)
    found.added += Math.max(0, after - before)
  }
  return found
}

function countIn(rows: string | undefined): number {
  return rows === undefined ? 0 : rows.split(' ').length
}
