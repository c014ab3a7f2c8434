import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, roleName } from './fragments.ts'

const tableColumns = `coalesce(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE pg_catalog."C")
          FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '')
          || coalesce(' WHERE (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')', '')`

/** Tables of a publication, with their columns and row filter (from 15), as CREATE PUBLICATION … FOR TABLE takes them. */
export function publicationTables(oid: string, major = 15): string {
  return `(SELECT pg_catalog.string_agg(entry.line, E',\\n' ORDER BY entry.line COLLATE pg_catalog."C") FROM (
        SELECT r.prrelid::pg_catalog.regclass::text ${major >= 15 ? `|| ${tableColumns}` : ''} AS line
        FROM pg_catalog.pg_publication_rel AS r WHERE r.prpubid = ${oid}) AS entry)`
}

export const publications: CatalogueQuery = {
  kind: 'publication',
  deparsed: ['tables'],
  text: ({ major }) => `
    SELECT pg_catalog.json_build_array(p.pubname)::text AS identity,
      ${roleName('p.pubowner')} AS owner,
      ${comment('pg_publication', 'p.oid')} AS comment,
      p.puballtables::text AS "all tables",
      pg_catalog.concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publishes,
      p.pubviaroot::text AS "via root",
      ${major >= 18 ? 'p.pubgencols::text' : 'NULL::text'} AS "generated columns",
      ${publicationTables('p.oid', major)} AS tables,
      ${
        major >= 15
          ? `(SELECT pg_catalog.string_agg(s.pnnspid::pg_catalog.regnamespace::text, ', ' ORDER BY s.pnnspid::pg_catalog.regnamespace::text COLLATE pg_catalog."C")
        FROM pg_catalog.pg_publication_namespace AS s WHERE s.pnpubid = p.oid)`
          : 'NULL::text'
      } AS schemas
    FROM pg_catalog.pg_publication AS p WHERE ${notOfExtension('pg_publication', 'p.oid')}`,
}

/** Never the connection string. Whether it is enabled is left out too: a restored one must not be. */
export const subscriptions: CatalogueQuery = {
  kind: 'subscription',
  text: () => `
    SELECT pg_catalog.json_build_array(s.subname)::text AS identity,
      ${roleName('s.subowner')} AS owner,
      pg_catalog.obj_description(s.oid, 'pg_subscription') AS comment,
      pg_catalog.array_to_string(s.subpublications, ', ') AS publications,
      s.subslotname::text AS slot,
      s.subsynccommit AS "synchronous commit"
    FROM pg_catalog.pg_subscription AS s
    WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())`,
}
