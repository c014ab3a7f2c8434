import type { CatalogueQuery } from './catalogue-query.ts'

/**
 * Versions of the libraries by which text sorts: of the database's own collation, of the user's, and of those that
 * columns, indexes and ranges of the observed schemas go by. What a collation was recorded with is told where the library
 * is another by now: what was built by the old one may be in the wrong order. Servers that know no version (C, the
 * builtin provider's C, musl) have none. Before Postgres 15 no database records one: that of its library now is told alone.
 * It fails where a locale is no longer installed. Checked on PostgreSQL 13, 14, 15, 17 and 18.
 * https://www.postgresql.org/docs/current/sql-altercollation.html#SQL-ALTERCOLLATION-NOTES
 */
export const collationVersions: CatalogueQuery = {
  kind: 'collation version',
  mayFail: true,
  text: ({ major, schemas }) => `
    SELECT known.identity AS identity, known.provider AS signature,
      (CASE WHEN known.recorded IS DISTINCT FROM known.actual THEN known.recorded END) AS "recorded version",
      known.actual AS version
    FROM (${[ofCollations(schemas), major >= 15 ? ofDatabase : ofDatabaseBefore15].join(' UNION ALL ')}) AS known
    WHERE known.recorded IS NOT NULL OR known.actual IS NOT NULL`,
}

const providers = `WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin'`

/** Not `default`, which stands for the database's. */
function ofCollations(schemas: string): string {
  return `
    SELECT pg_catalog.json_build_array(n.nspname, c.collname) AS identity,
      CASE c.collprovider ${providers} END AS provider,
      c.collversion AS recorded,
      pg_catalog.pg_collation_actual_version(c.oid) AS actual
    FROM pg_catalog.pg_collation AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.collnamespace
    WHERE c.collprovider <> 'd' AND (n.oid = ANY (${schemas})
      OR c.oid IN (SELECT a.attcollation FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS r ON r.oid = a.attrelid WHERE r.relnamespace = ANY (${schemas}) AND a.attcollation <> 0)
      OR c.oid IN (SELECT g.rngcollation FROM pg_catalog.pg_range AS g
        JOIN pg_catalog.pg_type AS t ON t.oid = g.rngtypid WHERE t.typnamespace = ANY (${schemas})))`
}

const ofDatabase = `
    SELECT pg_catalog.json_build_array('default') AS identity,
      CASE d.datlocprovider ${providers} END AS provider,
      d.datcollversion AS recorded,
      pg_catalog.pg_database_collation_actual_version(d.oid) AS actual
    FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()`

/**
 * Of a database that sorts by the C library, as all did: that of any collation with its locale, however its encoding is
 * spelled (en_US.UTF-8, en_US.utf8). initdb makes one of each locale that is installed.
 */
const ofDatabaseBefore15 = `
    SELECT pg_catalog.json_build_array('default') AS identity,
      'libc' AS provider,
      NULL AS recorded,
      (SELECT pg_catalog.max(pg_catalog.pg_collation_actual_version(c.oid) COLLATE pg_catalog."C") FROM pg_catalog.pg_collation AS c
        WHERE c.collprovider = 'c' AND ${localeOf('c.collcollate')} = ${localeOf('d.datcollate')}) AS actual
    FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()`

function localeOf(name: string): string {
  return `pg_catalog.lower(pg_catalog.replace(pg_catalog.concat(${name}), '-', '') COLLATE pg_catalog."C")`
}
