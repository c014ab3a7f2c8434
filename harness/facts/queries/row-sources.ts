import { quoteLiteral } from '../../core/index.ts'
import { notOfExtension } from './fragments.ts'

/**
 * What has rows to count: ordinary tables, partitions (their root has none of its own) and materialised views.
 * Generated columns are left out: a dump does not hold their values, a restore computes them anew, and what comes out may
 * depend on the locale (a tsvector of accented text). Their expressions and what these call are compared as definitions.
 * Of an extension's tables those of which a dump holds rows (pg_extension_config_dump): all, or those that match a condition.
 * `table` is a name, when only that one is wanted.
 */
export function rowSourcesQuery(schemas: string, table?: string): string {
  return `
    SELECT c.oid AS oid, n.nspname AS schema, c.relname AS name,
      CASE WHEN c.relkind = 'm' THEN 'materialized view' WHEN c.relpersistence = 'u' THEN 'unlogged' ELSE 'permanent' END AS persistence,
      c.relispopulated::text AS populated,
      (SELECT nullif(pg_catalog.min(x.extcondition[pg_catalog.array_position(x.extconfig, c.oid)] COLLATE pg_catalog."C"), '')
        FROM pg_catalog.pg_extension AS x WHERE c.oid = ANY (x.extconfig)) AS condition,
      -- of others, no bytes don't mean no rows, or we are to be told that we may not read them
      (c.relkind = 'r' AND am.amname = 'heap' AND NOT c.relhassubclass AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
        AND NOT pg_catalog.row_security_active(c.oid))::text AS "empty without bytes",
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname,
          'type', a.atttypid::int8,
          'hasOwnCast', a.atttypid IN (SELECT k.castsource FROM pg_catalog.pg_cast AS k
            WHERE k.casttarget = 'pg_catalog.text'::pg_catalog.regtype AND k.oid >= 16384))
          ORDER BY a.attname COLLATE pg_catalog."C")
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
    WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.oid = ANY (${schemas})
      ${table === undefined ? '' : `AND c.relname = ${quoteLiteral(table)}`}
      AND (${notOfExtension('pg_class', 'c.oid')}
        OR EXISTS (SELECT FROM pg_catalog.pg_extension AS x WHERE c.oid = ANY (x.extconfig)))
    ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"`
}
