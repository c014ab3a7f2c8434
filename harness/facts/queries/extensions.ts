import type { CatalogueQuery } from './catalogue-query.ts'
import { comment } from './fragments.ts'

/** The owner is left out: extensions are created by whoever restores. */
export const extensions: CatalogueQuery = {
  kind: 'extension',
  text: () => `
    SELECT pg_catalog.json_build_array(x.extname) AS identity,
      x.extversion AS version,
      n.nspname AS schema,
      ${comment('pg_extension', 'x.oid')} AS comment
    FROM pg_catalog.pg_extension AS x JOIN pg_catalog.pg_namespace AS n ON n.oid = x.extnamespace`,
}
