import type { CatalogueQuery } from './catalogue-query.ts'
import { explodedAcl, withOwnerUnnamed } from './fragments.ts'

/** Who may set a setting that is a superuser's otherwise (GRANT SET ON PARAMETER, from 15): the cluster's own. */
export const parameters: CatalogueQuery = {
  kind: 'parameter',
  text: ({ major }) =>
    major >= 15
      ? `
    SELECT pg_catalog.json_build_array(p.parname) AS identity,
      ${withOwnerUnnamed(explodedAcl('p.paracl', '10::pg_catalog.oid'), '10::pg_catalog.oid')} AS privileges
    FROM pg_catalog.pg_parameter_acl AS p`
      : `SELECT '[""]' AS identity, NULL::text AS privileges WHERE false`,
}
