import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, privileges, roleName } from './fragments.ts'

export const schemas: CatalogueQuery = {
  kind: 'schema',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname) AS identity,
      ${roleName('n.nspowner')} AS owner,
      ${privileges('n.nspacl', 'n', 'n.nspowner')} AS privileges,
      ${comment('pg_namespace', 'n.oid')} AS comment
    FROM pg_catalog.pg_namespace AS n
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_namespace', 'n.oid')}`,
}
