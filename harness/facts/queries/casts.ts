import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension } from './fragments.ts'

export const casts: CatalogueQuery = {
  kind: 'cast',
  text: () => `
    SELECT pg_catalog.json_build_array(pg_catalog.format_type(c.castsource, NULL), pg_catalog.format_type(c.casttarget, NULL)) AS identity,
      CASE c.castmethod WHEN 'f' THEN pg_catalog.concat(c.castfunc::pg_catalog.regprocedure) WHEN 'i' THEN 'inout' ELSE 'binary' END AS method,
      CASE c.castcontext WHEN 'e' THEN 'explicit' WHEN 'a' THEN 'assignment' ELSE 'implicit' END AS context,
      ${comment('pg_cast', 'c.oid')} AS comment
    FROM pg_catalog.pg_cast AS c WHERE c.oid >= 16384 AND ${notOfExtension('pg_cast', 'c.oid')}
      -- that of a range type to its multirange comes with it
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass
        AND d.objid = c.oid AND d.deptype = 'i')`,
}
