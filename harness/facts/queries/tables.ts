import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, optionList, privileges, roleName, tablespace } from './fragments.ts'

/** Ordinary and partitioned tables. */
export const tables: CatalogueQuery = {
  kind: 'table',
  deparsed: ['partitioned by', 'partition bound'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname) AS identity,
      ${roleName('c.relowner')} AS owner,
      ${privileges('c.relacl', 'r', 'c.relowner')} AS privileges,
      ${comment('pg_class', 'c.oid')} AS comment,
      CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END AS persistence,
      CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS "partitioned by",
      CASE WHEN c.relispartition THEN (SELECT i.inhparent::pg_catalog.regclass FROM pg_catalog.pg_inherits AS i
        WHERE i.inhrelid = c.oid) END AS "partition of",
      pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS "partition bound",
      CASE WHEN NOT c.relispartition THEN (SELECT pg_catalog.string_agg(pg_catalog.concat(i.inhparent::pg_catalog.regclass), ', ' ORDER BY i.inhseqno)
        FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = c.oid) END AS inherits,
      CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS "of type",
      c.relrowsecurity::text AS "row security",
      c.relforcerowsecurity::text AS "row security forced",
      CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' END AS "replica identity",
      ${optionList('c.reloptions')} AS options,
      ${optionList('toast.reloptions')} AS "toast options",
      CASE WHEN am.amname <> 'heap' THEN am.amname END AS "access method",
      ${tablespace('c.reltablespace')} AS tablespace
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
    LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_class', 'c.oid')}`,
}
