import type { CatalogueQuery } from './catalogue-query.ts'
import {
  collationUnlessDefault,
  explodedAcl,
  notOfExtension,
  optionList,
  optionListWithoutSecrets,
} from './fragments.ts'

/**
 * Columns of tables, foreign tables and materialised views; of views only those that carry something of their own
 * (their names and types are the view's definition). `position` counts live columns: never attnum.
 */
export const columns: CatalogueQuery = {
  kind: 'column',
  deparsed: ['default', 'generated'],
  text: ({ major, schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname, a.attname) AS identity,
      pg_catalog.row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS position,
      pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
      ${collationUnlessDefault('a.attcollation', 't.typcollation')} AS collation,
      a.attnotnull::text AS "not null",
      CASE a.attgenerated WHEN '' THEN pg_catalog.pg_get_expr(d.adbin, 0) END AS "default",
      CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS generated,
      CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END AS "generated kind",
      CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS "identity kind",
      CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'
        WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended' END END AS storage,
      ${major >= 14 ? `CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END` : 'NULL::text'} AS compression,
      CASE WHEN coalesce(a.attstattarget, -1) <> -1 THEN a.attstattarget END AS statistics,
      ${optionList('a.attoptions')} AS options,
      ${optionListWithoutSecrets('a.attfdwoptions')} AS "foreign options",
      CASE WHEN a.attislocal AND a.attinhcount > 0 THEN 'true' END AS "inherited and local",
      CASE WHEN a.attacl IS NOT NULL THEN nullif(${explodedAcl('a.attacl', 'c.relowner')}, '(none)') END AS privileges,
      note.description AS comment
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_description AS note ON note.objoid = a.attrelid AND note.objsubid = a.attnum
      AND note.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relpersistence <> 't' AND n.oid = ANY (${schemas})
      AND (c.relkind IN ('r', 'p', 'f', 'm') OR (c.relkind = 'v' AND (d.oid IS NOT NULL OR a.attacl IS NOT NULL
        OR ${optionList('a.attoptions')} IS NOT NULL OR note.description IS NOT NULL)))
      AND ${notOfExtension('pg_class', 'c.oid')}`,
}
