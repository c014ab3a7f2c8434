import { quoteLiteral, type SqlRunner } from '../core/index.ts'
import { listTables, readTables } from './read-tables.ts'
import { Readings } from './readings.ts'
import { inPinnedTransaction, type ReadOnlyOptions } from './transaction.ts'
import type { TableFact } from './types.ts'

/**
 * Rows and fingerprint of one table, for {@link observe}'s `known`: while others are still loaded, a table that nothing
 * writes to any more can be read. In a transaction of its own, which costs some ten round trips: worth it for tables of
 * some size. `role` is reset for the session. Null when there is no such table, or an extension owns it, or some of its rows.
 */
export async function readTableFact(
  sql: SqlRunner,
  table: { readonly schema: string; readonly name: string },
  limits?: Partial<ReadOnlyOptions>,
): Promise<TableFact | null> {
  const read = async (): Promise<TableFact | null> => {
    const readings = await Readings.open(sql)
    const schemas = `ARRAY (SELECT s.oid FROM pg_catalog.pg_namespace AS s WHERE s.nspname = ${quoteLiteral(table.schema)})`
    const [source] = await listTables(readings, schemas, { table: table.name, conditions: new Map() })
    const [fact = null] = source?.condition === null ? await readTables(readings, [source], true) : []
    await readings.close()
    return fact
  }
  return inPinnedTransaction(sql, read, limits)
}
