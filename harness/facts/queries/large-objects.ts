import type { CatalogueQuery } from './catalogue-query.ts'
import { explodedAcl } from './fragments.ts'

/**
 * Who owns large objects and may read them, as counts and one digest: there can be millions. Their content is a table.
 * An ACL is spelled out once, not once an object (few differ): OFFSET keeps the planner from undoing that.
 */
export const largeObjects: CatalogueQuery = {
  kind: 'large object',
  text: () => `
    SELECT pg_catalog.json_build_array('metadata') AS identity,
      pg_catalog.count(*) AS count,
      pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat(l.oid, ' ', pg_catalog.pg_get_userbyid(l.lomowner)), E'\\n' ORDER BY l.oid)) AS owners,
      pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat(l.oid, ' ', granted.privileges), E'\\n' ORDER BY l.oid)) AS privileges,
      pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat(l.oid, ' ', d.description), E'\\n' ORDER BY l.oid) FILTER (WHERE d.objoid IS NOT NULL)) AS comments
    FROM pg_catalog.pg_largeobject_metadata AS l
    JOIN (SELECT o.lomowner, o.acl,
        ${explodedAcl(`coalesce(o.lomacl, pg_catalog.acldefault('L', o.lomowner))`, 'o.lomowner')} AS privileges
      FROM (SELECT DISTINCT ON (m.lomowner, pg_catalog.concat(m.lomacl) COLLATE pg_catalog."C") m.lomowner, m.lomacl, pg_catalog.concat(m.lomacl) AS acl
        FROM pg_catalog.pg_largeobject_metadata AS m) AS o OFFSET 0) AS granted
      ON granted.lomowner = l.lomowner AND granted.acl = pg_catalog.concat(l.lomacl)
    LEFT JOIN pg_catalog.pg_description AS d
      ON d.objoid = l.oid AND d.classoid = 'pg_catalog.pg_largeobject'::pg_catalog.regclass AND d.objsubid = 0
    HAVING pg_catalog.count(*) > 0`,
}
