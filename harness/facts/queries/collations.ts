import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, roleName } from './fragments.ts'

/** The version is the machine's, not the dump's: a kind of its own. */
export const collations: CatalogueQuery = {
  kind: 'collation',
  text: ({ major, schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.collname) AS identity,
      ${roleName('c.collowner')} AS owner,
      ${comment('pg_collation', 'c.oid')} AS comment,
      CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' WHEN 'd' THEN 'default' END AS provider,
      c.collisdeterministic::text AS deterministic,
      c.collcollate AS collate,
      c.collctype AS ctype,
      ${major >= 17 ? 'c.colllocale' : major >= 15 ? 'c.colliculocale' : 'NULL::text'} AS locale,
      ${major >= 16 ? 'c.collicurules' : 'NULL::text'} AS rules
    FROM pg_catalog.pg_collation AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.collnamespace
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_collation', 'c.oid')}`,
}
