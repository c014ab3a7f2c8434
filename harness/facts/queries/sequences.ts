import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension, privileges, roleName } from './fragments.ts'

/** Definitions only: where a sequence stands is a SequenceFact. */
export const sequences: CatalogueQuery = {
  kind: 'sequence',
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname) AS identity,
      ${roleName('c.relowner')} AS owner,
      ${privileges('c.relacl', 's', 'c.relowner')} AS privileges,
      ${comment('pg_class', 'c.oid')} AS comment,
      CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END AS persistence,
      pg_catalog.format_type(s.seqtypid, NULL) AS type,
      s.seqstart AS start,
      s.seqincrement AS increment,
      s.seqmin AS minimum,
      s.seqmax AS maximum,
      s.seqcache AS cache,
      s.seqcycle::text AS cycle,
      (SELECT pg_catalog.concat(d.refobjid::pg_catalog.regclass, '.', pg_catalog.quote_ident(a.attname),
          CASE d.deptype WHEN 'i' THEN ' (identity)' END)
        FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i') LIMIT 1) AS "owned by"
    FROM pg_catalog.pg_sequence AS s
    JOIN pg_catalog.pg_class AS c ON c.oid = s.seqrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relpersistence <> 't' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_class', 'c.oid')}`,
}
