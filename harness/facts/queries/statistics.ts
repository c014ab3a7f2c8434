import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, roleName } from './fragments.ts'

export const statistics: CatalogueQuery = {
  kind: 'statistics',
  deparsed: ['definition'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, s.stxname) AS identity,
      ${roleName('s.stxowner')} AS owner,
      ${comment('pg_statistic_ext', 's.oid')} AS comment,
      pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
      CASE WHEN coalesce(s.stxstattarget, -1) <> -1 THEN s.stxstattarget END AS target
    FROM pg_catalog.pg_statistic_ext AS s JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_statistic_ext', 's.oid')}`,
}
