import type { CatalogueQuery } from './catalogue-query.ts'

export const securityLabels: CatalogueQuery = {
  kind: 'security label',
  text: () => `
    SELECT pg_catalog.json_build_array(s.objtype, s.objname, s.provider) AS identity, s.label AS label
    FROM pg_catalog.pg_seclabels AS s
    WHERE s.objtype NOT IN ('database', 'role', 'tablespace')`,
}
