import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, functionName, notOfExtension, privileges, roleName } from './fragments.ts'
import { argumentTypes } from './functions.ts'

export const aggregates: CatalogueQuery = {
  kind: 'aggregate',
  deparsed: ['arguments'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, p.proname) AS identity,
      ${argumentTypes} AS signature,
      ${roleName('p.proowner')} AS owner,
      ${privileges('p.proacl', 'f', 'p.proowner')} AS privileges,
      ${comment('pg_proc', 'p.oid')} AS comment,
      pg_catalog.pg_get_function_arguments(p.oid) AS arguments,
      CASE g.aggkind WHEN 'o' THEN 'ordered set' WHEN 'h' THEN 'hypothetical set' ELSE 'normal' END AS type,
      g.aggnumdirectargs AS "direct arguments",
      CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END AS parallel,
      ${functionName('g.aggtransfn')} AS transition,
      pg_catalog.format_type(g.aggtranstype, NULL) AS "state type",
      g.aggtransspace AS "state space",
      g.agginitval AS "initial condition",
      ${functionName('g.aggfinalfn')} AS final,
      pg_catalog.concat(g.aggfinalextra::text, ', ', g.aggfinalmodify) AS "final options",
      ${functionName('g.aggcombinefn')} AS combine,
      ${functionName('g.aggserialfn')} AS serialize,
      ${functionName('g.aggdeserialfn')} AS deserialize,
      ${functionName('g.aggmtransfn')} AS "moving transition",
      ${functionName('g.aggminvtransfn')} AS "moving inverse",
      ${functionName('g.aggmfinalfn')} AS "moving final",
      CASE WHEN g.aggmtranstype <> 0 THEN pg_catalog.format_type(g.aggmtranstype, NULL) END AS "moving state type",
      g.aggminitval AS "moving initial condition",
      pg_catalog.concat(g.aggmfinalextra::text, ', ', g.aggmfinalmodify, ', ', g.aggmtransspace) AS "moving final options",
      CASE WHEN g.aggsortop <> 0 THEN g.aggsortop::pg_catalog.regoperator END AS "sort operator"
    FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_aggregate AS g ON g.aggfnoid = p.oid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.oid = ANY (${schemas}) AND ${notOfExtension('pg_proc', 'p.oid')}`,
}
