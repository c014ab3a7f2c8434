import type { ObjectKind } from '../types.ts'
import type { CatalogueQuery, QueryScope } from './catalogue-query.ts'
import { comment, notOfExtension, optionList, privileges, roleName, tablespace } from './fragments.ts'

export const views: CatalogueQuery = viewQuery('view', 'v', '')

export const materializedViews: CatalogueQuery = viewQuery(
  'materialized view',
  'm',
  `c.relispopulated::text AS populated,
      CASE WHEN am.amname <> 'heap' THEN am.amname END AS "access method",
      CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' END AS "replica identity",
      ${optionList('toast.reloptions')} AS "toast options",
      ${tablespace('c.reltablespace')} AS tablespace,`,
)

function viewQuery(kind: ObjectKind, relkind: 'v' | 'm', more: string): CatalogueQuery {
  return {
    kind,
    deparsed: ['definition'],
    text: ({ schemas }: QueryScope) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname) AS identity,
      ${roleName('c.relowner')} AS owner,
      ${privileges('c.relacl', 'r', 'c.relowner')} AS privileges,
      ${comment('pg_class', 'c.oid')} AS comment,
      ${optionList('c.reloptions')} AS options,
      ${more}
      (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod),
          E',\\n' ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
      pg_catalog.pg_get_viewdef(c.oid) AS definition
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
    LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
    WHERE c.relkind = '${relkind}' AND c.relpersistence <> 't' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_class', 'c.oid')}`,
  }
}
