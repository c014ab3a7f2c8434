import { quoteIdentifier, quoteQualified, type SqlRunner } from '../core/index.ts'
import { nameOf } from './rename-map.ts'
import type { Catalogue } from './read-catalogue.ts'

/** A column that went while its table stayed. */
export interface DroppedColumn {
  readonly table: string
  readonly column: string
  /** Values other than NULL that it held; null when they could not be counted. */
  readonly values: string | null
}

/** Whoever drops this many columns has dropped a design; each count reads its table once. */
const mostCounted = 200

/** Columns that are gone, with what they held: counted in the restored copy, which the migration has not touched. */
export async function droppedColumns(sql: SqlRunner, was: Catalogue, is: Catalogue): Promise<DroppedColumn[]> {
  const dropped: DroppedColumn[] = []
  for (const before of was.values()) {
    const after = is.get(before.oid)
    if (after === undefined) continue
    for (const [number, column] of before.columns) {
      if (after.columns.has(number)) continue
      const query = `SELECT pg_catalog.count(${quoteIdentifier(column)})::text AS values FROM ${quoteQualified(before.schema, before.name)}`
      const values = dropped.length < mostCounted ? await countOf(sql, query) : null
      dropped.push({ table: nameOf(before), column, values })
    }
  }
  return dropped
}

async function countOf(sql: SqlRunner, query: string): Promise<string | null> {
  const [row] = await sql.query(query)
  return row?.['values'] ?? null
}
