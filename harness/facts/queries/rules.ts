import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension } from './fragments.ts'
import { firing } from './triggers.ts'

/** Rewrite rules, but for the one that is a view's definition. */
export const rules: CatalogueQuery = {
  kind: 'rule',
  deparsed: ['definition'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname, r.rulename) AS identity,
      pg_catalog.pg_get_ruledef(r.oid) AS definition,
      ${firing('r.ev_enabled')} AS fires,
      ${comment('pg_rewrite', 'r.oid')} AS comment
    FROM pg_catalog.pg_rewrite AS r
    JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE r.rulename <> '_RETURN' AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_class', 'c.oid')}
      AND ${notOfExtension('pg_rewrite', 'r.oid')}`,
}
