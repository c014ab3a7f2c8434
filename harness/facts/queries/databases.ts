import type { CatalogueQuery } from './catalogue-query.ts'
import { optionList, privileges, roleName, sharedSecurityLabels, tablespace } from './fragments.ts'

/** The database itself. Its name is not its identity: a restored copy has another. */
export const databases: CatalogueQuery = {
  kind: 'database',
  text: ({ major }) => `
    SELECT pg_catalog.json_build_array('database') AS identity,
      ${roleName('d.datdba')} AS owner,
      ${privileges('d.datacl', 'd', 'd.datdba')} AS privileges,
      pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
      pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
      d.datcollate AS collate,
      d.datctype AS ctype,
      ${major >= 15 ? `CASE d.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END` : 'NULL::text'} AS "locale provider",
      ${major >= 17 ? 'd.datlocale' : major >= 15 ? 'd.daticulocale' : 'NULL::text'} AS locale,
      ${major >= 16 ? 'd.daticurules' : 'NULL::text'} AS "locale rules",
      nullif(d.datconnlimit, -1) AS "connection limit",
      nullif(d.datistemplate, false)::text AS template,
      nullif(${tablespace('d.dattablespace')}, 'pg_default') AS tablespace,
      ${sharedSecurityLabels('pg_database', 'd.oid')} AS "security labels",
      ${optionList('(SELECT s.setconfig FROM pg_catalog.pg_db_role_setting AS s WHERE s.setrole = 0 AND s.setdatabase = d.oid)')} AS settings
    FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()`,
}
