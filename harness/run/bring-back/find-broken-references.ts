import { quoteIdentifier, quoteQualified, type SqlRunner } from '../../core/index.ts'
import type { QualifiedName } from '../../dump/index.ts'
import type { BrokenReference } from './types.ts'

/** Foreign keys on or to these tables, with their columns side by side. Checked on PostgreSQL 15 and 17. */
const foreignKeys = `
  SELECT n.nspname AS schema, c.relname AS name, k.conname AS constraint, fn.nspname AS other_schema,
    fc.relname AS other_name, k.confmatchtype::text AS match,
    (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(a.attname, b.attname) ORDER BY p.place)
      FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) WITH ORDINALITY AS p (own, other, place)
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = p.own
      JOIN pg_catalog.pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = p.other)::text AS columns
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class AS fc ON fc.oid = k.confrelid
  JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace
  WHERE k.contype = 'f' AND k.conparentid = 0 AND EXISTS (
    SELECT FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS w (schema text, name text)
    WHERE (w.schema, w.name) IN ((n.nspname, c.relname), (fn.nspname, fc.relname)))
  ORDER BY 1, 2, 3`

/**
 * Rows that were loaded while foreign keys were not looked at, and refer to what is not there: the server would never
 * say so by itself, for to it the constraint is valid.
 */
export async function findBrokenReferences(
  sql: SqlRunner,
  tables: readonly QualifiedName[],
): Promise<readonly BrokenReference[]> {
  const broken: BrokenReference[] = []
  for (const key of await sql.query(foreignKeys, [JSON.stringify(tables)])) {
    const columns = JSON.parse(key['columns'] ?? '[]') as readonly (readonly [own: string, other: string])[]
    const isSet = columns.map(([own]) => `a.${quoteIdentifier(own)} IS NOT NULL`)
    const isSame = columns.map(([own, other]) => `b.${quoteIdentifier(other)} = a.${quoteIdentifier(own)}`)
    const table = { schema: key['schema'] ?? '', name: key['name'] ?? '' }
    // MATCH FULL: all or none of the columns. Otherwise a row with one of them null refers to nothing.
    const refers = isSet.join(key['match'] === 'f' ? ' OR ' : ' AND ')
    const [row] = await sql.query(`
      SELECT EXISTS (SELECT FROM ${quoteQualified(table.schema, table.name)} AS a WHERE (${refers})
        AND NOT EXISTS (SELECT FROM ${quoteQualified(key['other_schema'] ?? '', key['other_name'] ?? '')} AS b
          WHERE ${isSame.join(' AND ')}))::text AS broken`)
    if (row?.['broken'] === 'true')
      broken.push({ table: `${table.schema}.${table.name}`, constraint: key['constraint'] ?? '' })
  }
  return broken
}
