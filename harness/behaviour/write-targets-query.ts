import { quoteLiteral } from '../core/index.ts'

/**
 * Tables that can be written to, each for its owner and for those of these roles that may read all of it and write to it:
 * `updatable` lists the columns that can be set to themselves. Partitions are reached through their root, whose
 * triggers they have. `fires`: a trigger or rule that people made runs. 13 to 18.
 */
export function writeTargetsQuery(roles: readonly string[], schemas: readonly string[]): string {
  const list = (names: readonly string[]): string => `ARRAY[${names.map(quoteLiteral).join(', ')}]::text[]`
  return `
    SELECT n.nspname AS schema, c.relname AS name, r.rolname AS role, (r.oid = c.relowner)::text AS owns,
      (c.relkind = 'p' OR c.relhassubclass)::text AS "has parts",
      (EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) OR c.relhasrules)::text AS fires,
      pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE')::text AS deletable,
      (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
          AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE'))::text AS updatable
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles AS r ON r.oid = c.relowner OR r.rolname::text = ANY (${list(roles)})
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname::text = ANY (${list(schemas)})
      AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE') AND pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
        WHERE member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND member.objid = c.oid AND member.deptype = 'e')
    ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C", r.oid <> c.relowner, r.rolname COLLATE pg_catalog."C"`
}
