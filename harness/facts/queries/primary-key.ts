import { quoteLiteral } from '../../core/index.ts'

/** Names of the columns of a table's primary key, as a JSON array; empty without one. Checked on Postgres 13 to 18. */
export function primaryKeyQuery(schema: string, name: string): string {
  return `
    SELECT coalesce((SELECT pg_catalog.json_agg(a.attname ORDER BY a.attname COLLATE pg_catalog."C")
      FROM pg_catalog.pg_index AS i
      JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
      WHERE i.indisprimary AND n.nspname = ${quoteLiteral(schema)} AND c.relname = ${quoteLiteral(name)}), '[]') AS columns`
}
