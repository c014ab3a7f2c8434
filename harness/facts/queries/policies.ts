import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, roleName } from './fragments.ts'

export const policies: CatalogueQuery = {
  kind: 'policy',
  deparsed: ['using', 'with check'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname, p.polname) AS identity,
      CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
      CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END AS type,
      (SELECT pg_catalog.string_agg(CASE member WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(${roleName('member')}) END, ', '
          ORDER BY ${roleName('member')} COLLATE pg_catalog."C")
        FROM pg_catalog.unnest(p.polroles) AS member) AS roles,
      pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS "using",
      pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS "with check",
      ${comment('pg_policy', 'p.oid')} AS comment
    FROM pg_catalog.pg_policy AS p
    JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_policy', 'p.oid')}`,
}
