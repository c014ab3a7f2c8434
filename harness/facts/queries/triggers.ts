import type { CatalogueQuery } from './catalogue-query.ts'
import { comment, notOfExtension } from './fragments.ts'

export const firing = (column: string) =>
  `CASE ${column} WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END`

/** Triggers that people made. A partition's copy of its parent's is listed only where it fires differently. */
export const triggers: CatalogueQuery = {
  kind: 'trigger',
  deparsed: ['definition'],
  text: ({ schemas }) => `
    SELECT pg_catalog.json_build_array(n.nspname, c.relname, t.tgname) AS identity,
      pg_catalog.pg_get_triggerdef(t.oid) AS definition,
      ${firing('t.tgenabled')} AS fires,
      ${comment('pg_trigger', 't.oid')} AS comment
    FROM pg_catalog.pg_trigger AS t
    JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_trigger AS parent ON parent.oid = t.tgparentid
    WHERE NOT t.tgisinternal AND (t.tgparentid = 0 OR t.tgenabled <> parent.tgenabled)
      AND n.oid = ANY (${schemas}) AND ${notOfExtension('pg_trigger', 't.oid')}`,
}
