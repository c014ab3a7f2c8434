import type { CatalogueQuery } from './catalogue-query.ts'
import { optionList, privileges, roleName } from './fragments.ts'

/** Tablespaces that people made: shared by the cluster's databases. Where they lie is the machine's own. */
export const tablespaces: CatalogueQuery = {
  kind: 'tablespace',
  text: () => `
    SELECT pg_catalog.json_build_array(s.spcname) AS identity,
      ${roleName('s.spcowner')} AS owner,
      ${privileges('s.spcacl', 't', 's.spcowner')} AS privileges,
      pg_catalog.shobj_description(s.oid, 'pg_tablespace') AS comment,
      ${optionList('s.spcoptions')} AS options
    FROM pg_catalog.pg_tablespace AS s WHERE s.oid >= 16384`,
}
