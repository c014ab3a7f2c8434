import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, functionName, notOfExtension, optionList, privileges, roleName } from './fragments.ts'

/** Argument types of a pg_proc row `p`, as they tell overloads apart. */
export const argumentTypes = `coalesce((SELECT pg_catalog.string_agg(pg_catalog.format_type(argument.type, NULL), ', ' ORDER BY argument.place)
        FROM pg_catalog.unnest(p.proargtypes::oid[]) WITH ORDINALITY AS argument (type, place)), '')`

/** Functions, procedures and window functions. The body is kept as text, so that a difference can be read. */
export const functions: CatalogueQuery = {
  kind: 'function',
  deparsed: ['arguments', 'sql body'],
  text: ({ major, schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, p.proname) AS identity,
      ${argumentTypes} AS signature,
      ${roleName('p.proowner')} AS owner,
      ${privileges('p.proacl', 'f', 'p.proowner')} AS privileges,
      ${comment('pg_proc', 'p.oid')} AS comment,
      CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'w' THEN 'window function' ELSE 'function' END AS type,
      pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
      pg_catalog.pg_get_function_result(p.oid) AS returns,
      l.lanname AS language,
      CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END AS volatility,
      CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END AS parallel,
      p.proisstrict::text AS strict,
      p.prosecdef::text AS "security definer",
      p.proleakproof::text AS leakproof,
      p.procost AS cost,
      p.prorows AS rows,
      ${functionName('p.prosupport')} AS support,
      ${optionList('p.proconfig')} AS settings,
      (SELECT pg_catalog.string_agg(pg_catalog.format_type(transformed, NULL), ', ' ORDER BY place)
        FROM pg_catalog.unnest(p.protrftypes) WITH ORDINALITY AS f (transformed, place)) AS transforms,
      ${major >= 14 ? 'CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END' : 'p.prosrc'} AS body,
      ${major >= 14 ? 'pg_catalog.pg_get_function_sqlbody(p.oid)' : 'NULL::text'} AS "sql body",
      p.probin AS library
    FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
    WHERE p.prokind <> 'a' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_proc', 'p.oid')}
      -- constructors that come with a range type
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        AND d.objid = p.oid AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'i')`,
}
