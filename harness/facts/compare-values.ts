import { quoteLiteral, type SqlRunner } from '../core/index.ts'
import { fingerprintQuery, type FingerprintColumn } from './fingerprint.ts'
import { listTables, type TableSource } from './read-tables.ts'
import { Readings } from './readings.ts'
import { inPinnedTransaction, type ReadOnlyOptions } from './transaction.ts'

type Pair<T> = readonly [T, T]
type NamedTable = Pick<TableSource, 'schema' | 'name'>

/**
 * Whether a table and its clone, in two databases of one server, hold the same rows in the columns named: of the first and
 * as the second calls it. Columns that have another type there are left out. Reads both tables once.
 */
export async function compareValues(
  [first, second]: Pair<SqlRunner>,
  [was, is]: Pair<NamedTable>,
  names: readonly Pair<string>[],
  limits?: Partial<ReadOnlyOptions>,
): Promise<'same' | 'differs' | 'not-compared'> {
  const [before, after] = [await columnsOf(first, was), await columnsOf(second, is)]
  const pairs = names.flatMap(([name, now]) => {
    const [a, b] = [before.get(name), after.get(now)]
    return a && b && a.type === b.type ? [[a, b] as const] : []
  })
  if (pairs.length === 0) return 'not-compared'
  const there = await sumOf(
    first,
    was,
    pairs.map(([a]) => a),
    limits,
  )
  const here = await sumOf(
    second,
    is,
    pairs.map(([, b]) => b),
    limits,
  )
  if (there === null || here === null) return 'not-compared'
  return there === here ? 'same' : 'differs'
}

/** By name. None of a table of which an extension brings some rows. */
async function columnsOf(
  sql: SqlRunner,
  { schema, name }: NamedTable,
): Promise<ReadonlyMap<string, FingerprintColumn>> {
  return inPinnedTransaction(sql, async () => {
    const readings = await Readings.open(sql)
    const schemas = `ARRAY (SELECT s.oid FROM pg_catalog.pg_namespace AS s WHERE s.nspname = ${quoteLiteral(schema)})`
    const [source] = await listTables(readings, schemas, { table: name, conditions: new Map() })
    await readings.close()
    return new Map(source?.condition === null ? source.columns.map((column) => [column.name, column]) : [])
  })
}

/** Null where it can't be read, or not in time. */
async function sumOf(
  sql: SqlRunner,
  table: NamedTable,
  columns: readonly FingerprintColumn[],
  limits?: Partial<ReadOnlyOptions>,
): Promise<string | null> {
  return inPinnedTransaction(
    sql,
    async () => {
      const readings = await Readings.open(sql)
      const reading = await readings.read(fingerprintQuery(table, columns))
      await readings.close()
      return 'unreadable' in reading ? null : (reading.row['fingerprint'] ?? null)
    },
    limits,
  )
}
