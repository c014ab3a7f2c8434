import type { CatalogueQuery } from './catalogue-query.ts'
import { explodedAcl } from './fragments.ts'

/** Who owns large objects and may read them, as counts and one digest: there can be millions. Their content is a table. */
export const largeObjects: CatalogueQuery = {
  kind: 'large object',
  text: () => `
    SELECT pg_catalog.json_build_array('metadata')::text AS identity,
      pg_catalog.count(*)::text AS count,
      pg_catalog.md5(pg_catalog.string_agg(l.oid || ' ' || pg_catalog.pg_get_userbyid(l.lomowner), E'\\n' ORDER BY l.oid)) AS owners,
      pg_catalog.md5(pg_catalog.string_agg(l.oid || ' ' ||
        ${explodedAcl(`coalesce(l.lomacl, pg_catalog.acldefault('L', l.lomowner))`, 'l.lomowner')}, E'\\n' ORDER BY l.oid)) AS privileges,
      pg_catalog.md5(pg_catalog.string_agg(l.oid || ' ' || pg_catalog.obj_description(l.oid, 'pg_largeobject'), E'\\n' ORDER BY l.oid)) AS comments
    FROM pg_catalog.pg_largeobject_metadata AS l HAVING pg_catalog.count(*) > 0`,
}
