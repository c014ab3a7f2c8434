import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, roleName } from './fragments.ts'

const tableColumns = `coalesce(' (' || (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE pg_catalog."C")
          FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '')
          || coalesce(' WHERE (' || pg_catalog.pg_get_expr(r.prqual, r.prrelid) || ')', '')`

/** Tables of a publication, with their columns and row filter (from 15), as CREATE PUBLICATION … FOR TABLE takes them. */
export function publicationTables(oid: string, major = 15): string {
  return `(SELECT pg_catalog.string_agg(entry.line, E',\\n' ORDER BY entry.line COLLATE pg_catalog."C") FROM (
        SELECT pg_catalog.concat(r.prrelid::pg_catalog.regclass${major >= 15 ? `, ${tableColumns}` : ''}) AS line
        FROM pg_catalog.pg_publication_rel AS r WHERE r.prpubid = ${oid}) AS entry)`
}

export const publications: CatalogueQuery = {
  kind: 'publication',
  deparsed: ['tables'],
  text: ({ major }) => `
    SELECT pg_catalog.json_build_array(p.pubname) AS identity,
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
          ? `(SELECT pg_catalog.string_agg(pg_catalog.concat(s.pnnspid::pg_catalog.regnamespace), ', ' ORDER BY pg_catalog.concat(s.pnnspid::pg_catalog.regnamespace) COLLATE pg_catalog."C")
        FROM pg_catalog.pg_publication_namespace AS s WHERE s.pnpubid = p.oid)`
          : 'NULL::text'
      } AS schemas
    FROM pg_catalog.pg_publication AS p WHERE ${notOfExtension('pg_publication', 'p.oid')}`,
}

/**
 * Never the connection string: it holds a password, and only superusers may read it. Before 14 less than this is shown to
 * who is none.
 */
export const subscriptions: CatalogueQuery = {
  kind: 'subscription',
  text: ({ major }) => `
    SELECT pg_catalog.json_build_array(s.subname) AS identity,
      ${roleName('s.subowner')} AS owner,
      ${major >= 14 ? comment('pg_subscription', 's.oid') : 'NULL::text'} AS comment,
      (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(name), ', ' ORDER BY name COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(s.subpublications) AS name) AS publications,
      s.subslotname::text AS slot,
      s.subenabled::text AS enabled,
      ${since(major, 14, 's.subsynccommit')} AS "synchronous commit",
      ${since(major, 14, 's.subbinary::text')} AS "binary",
      ${since(major, 14, `CASE s.substream::text WHEN 't' THEN 'on' WHEN 'true' THEN 'on' WHEN 'p' THEN 'parallel' ELSE 'off' END`)} AS streaming,
      ${since(major, 15, `(s.subtwophasestate <> 'd')::text`)} AS "two phase",
      ${since(major, 15, 's.subdisableonerr::text')} AS "disable on error",
      ${since(major, 16, 's.subpasswordrequired::text')} AS "password required",
      ${since(major, 16, 's.subrunasowner::text')} AS "run as owner",
      ${since(major, 16, 's.suborigin')} AS origin,
      ${since(major, 17, 's.subfailover::text')} AS failover
    FROM pg_catalog.pg_subscription AS s
    WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())`,
}

function since(major: number, first: number, column: string): string {
  return major >= first ? column : 'NULL::text'
}
