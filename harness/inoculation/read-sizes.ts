import type { SqlRunner } from '../core/index.ts'
import { identityOf } from '../facts/index.ts'

/* With what is stored beside it (TOAST), and a partitioned table with its partitions. 13 to 18. */
const sizes = `
  SELECT n.nspname AS schema, c.relname AS name, (SELECT pg_catalog.sum(pg_catalog.pg_table_size(part.oid)) FROM (
      SELECT c.oid UNION ALL SELECT t.relid::oid FROM pg_catalog.pg_partition_tree(c.oid) AS t WHERE c.relkind = 'p') AS part)::text AS bytes
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'm') AND (n.nspname !~ '^pg_' OR c.oid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass)`

/** Bytes that a reading of each table, materialised view, and of all large objects has to read at most, by identity. */
export async function readSizes(sql: SqlRunner): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.query(sizes)
  return new Map(rows.map(({ schema, name, bytes }) => [identityOf([schema ?? '', name ?? '']), Number(bytes)]))
}
