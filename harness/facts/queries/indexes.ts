import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, tablespace } from './fragments.ts'

/**
 * `USING btree (lower(email)) WHERE …`: without the names, which are the identity and the property `table`.
 * `namespace` is an expression for the schema's name as pg_get_indexdef prints it.
 */
export function indexDefinition(index: string, indexClass: string, namespace: string, table: string): string {
  return `pg_catalog.substr(pg_catalog.pg_get_indexdef(${index}.indexrelid), pg_catalog.length(pg_catalog.format('CREATE %sINDEX %I ON %s%I.%I ',
        CASE WHEN ${index}.indisunique THEN 'UNIQUE ' ELSE '' END, ${indexClass}.relname,
        CASE WHEN ${indexClass}.relkind = 'I' THEN 'ONLY ' ELSE '' END, ${namespace}, ${table}.relname)) + 1)`
}

/** Statistics targets of an index's columns, by their number: only expressions have one. */
export function indexStatistics(index: string): string {
  return `(CASE WHEN ${index}.indexprs IS NOT NULL THEN
        (SELECT pg_catalog.string_agg(pg_catalog.concat(a.attnum, ': ', a.attstattarget), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = ${index}.indexrelid AND coalesce(a.attstattarget, -1) <> -1) END)`
}

/** The partitioned index that this one is a partition's share of. */
export function partitionedIndex(indexClass: string): string {
  return `(CASE WHEN ${indexClass}.relispartition THEN (SELECT p.inhparent FROM pg_catalog.pg_inherits AS p WHERE p.inhrelid = ${indexClass}.oid) END)`
}

/**
 * True of an index that is more than its partition's share of a partitioned index: something was done to it alone, or it
 * has a name of its own (those that the server gives begin with the table's). pg_dump writes all of that.
 */
export function isMoreThanShare(index: string, indexClass: string, table: string): string {
  return `(NOT ${indexClass}.relispartition OR NOT ${index}.indisvalid OR ${index}.indisclustered OR ${index}.indisreplident
        OR ${comment('pg_class', `${indexClass}.oid`)} IS NOT NULL OR ${indexStatistics(index)} IS NOT NULL
        OR pg_catalog.starts_with(${indexClass}.relname, pg_catalog.left(${table}.relname, 20)) IS FALSE
        OR EXISTS (SELECT FROM pg_catalog.pg_class AS parent WHERE parent.oid = ${partitionedIndex(indexClass)}
          AND (pg_catalog.concat(parent.reloptions) <> pg_catalog.concat(${indexClass}.reloptions) OR parent.reltablespace <> ${indexClass}.reltablespace)))`
}

/** Indexes that back no constraint. A partition's share of a partitioned index is listed only where it differs from it. */
export const indexes: CatalogueQuery = {
  kind: 'index',
  deparsed: ['definition'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, ic.relname) AS identity,
      c.oid::pg_catalog.regclass AS "table",
      ${partitionedIndex('ic')}::pg_catalog.regclass AS "partition of",
      i.indisunique::text AS "unique",
      ${indexDefinition('i', 'ic', 'n.nspname', 'c')} AS definition,
      i.indisvalid::text AS valid,
      (i.indisready AND i.indislive)::text AS ready,
      i.indisclustered::text AS clustered,
      i.indisreplident::text AS "replica identity",
      ${indexStatistics('i')} AS statistics,
      ${tablespace('ic.reltablespace')} AS tablespace,
      ${comment('pg_class', 'ic.oid')} AS comment
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND n.oid = ANY (${schemas})
      AND (i.indexrelid, i.indrelid) NOT IN (SELECT k.conindid, k.conrelid FROM pg_catalog.pg_constraint AS k
        WHERE k.contype IN ('p', 'u', 'x'))
      AND ${notOfExtension('pg_class', 'c.oid')} AND ${notOfExtension('pg_class', 'ic.oid')}
      AND ${isMoreThanShare('i', 'ic', 'c')}`,
}
