import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, optionListWithoutSecrets, privileges, roleName } from './fragments.ts'

export const foreignTables: CatalogueQuery = {
  kind: 'foreign table',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname) AS identity,
      ${roleName('c.relowner')} AS owner,
      ${privileges('c.relacl', 'r', 'c.relowner')} AS privileges,
      ${comment('pg_class', 'c.oid')} AS comment,
      s.srvname AS server,
      ${optionListWithoutSecrets('f.ftoptions')} AS options,
      (SELECT pg_catalog.string_agg(pg_catalog.concat(i.inhparent::pg_catalog.regclass), ', ' ORDER BY i.inhseqno)
        FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = c.oid) AS inherits,
      pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS "partition bound",
      c.relrowsecurity::text AS "row security"
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_foreign_table AS f ON f.ftrelid = c.oid
    JOIN pg_catalog.pg_foreign_server AS s ON s.oid = f.ftserver
    WHERE c.relkind = 'f' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_class', 'c.oid')}`,
}
