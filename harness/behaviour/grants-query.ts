import { quoteLiteral } from '../core/index.ts'
import { looksBeyondRow } from './looks-beyond-row.ts'

/**
 * What each of these roles may do with each relation, by the catalogue alone, memberships and PUBLIC included; relations
 * on which it has no privilege at all, or whose schema it may not use, are left out. `filtered`: row security applies to
 * it (what check_enable_rls in rls.c decides), and does not say `true` to the role. `personal`: its policies may answer by
 * more than the row and the role. `key`: the primary key, if the role may read it and its types are the server's own.
 * Foreign tables are left out: reading one calls another server. 13 to 18.
 */
export function grantsQuery(roles: readonly string[], schemas: readonly string[]): string {
  const list = (names: readonly string[]): string => `ARRAY[${names.map(quoteLiteral).join(', ')}]::text[]`
  const may = (privilege: string): string =>
    privilege === 'DELETE' || privilege === 'TRUNCATE'
      ? `pg_catalog.has_table_privilege(r.oid, c.oid, '${privilege}')`
      : `pg_catalog.has_any_column_privilege(r.oid, c.oid, '${privilege}')`
  const privileges = ['DELETE', 'INSERT', 'SELECT', 'TRUNCATE', 'UPDATE']
  return `
    WITH policies AS MATERIALIZED (
      SELECT p.polrelid AS relation, p.polroles AS roles, NOT p.polpermissive AS restricts,
        pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'true' AS is_open, ${looksBeyondRow('p.polqual')} AS personal
      FROM pg_catalog.pg_policy AS p WHERE p.polcmd IN ('*', 'r'))
    SELECT * FROM (
      SELECT r.rolname AS role, c.oid::text AS oid, n.nspname AS schema, c.relname AS name,
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
        pg_catalog.concat_ws(', ', ${privileges.map((word) => `CASE WHEN ${may(word)} THEN '${word}' END`).join(', ')}) AS privileges,
        pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')::text AS "all columns",
        (c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls
          AND (c.relforcerowsecurity OR NOT pg_catalog.pg_has_role(r.oid, c.relowner, 'USAGE'))
          AND NOT (NOT EXISTS (SELECT FROM policies AS p WHERE p.relation = c.oid AND p.restricts)
            AND EXISTS (SELECT FROM policies AS p WHERE p.relation = c.oid AND p.is_open AND EXISTS (
              SELECT FROM pg_catalog.unnest(p.roles) AS o (role) WHERE o.role = 0 OR pg_catalog.pg_has_role(r.oid, o.role, 'USAGE')))))::text AS filtered,
        EXISTS (SELECT FROM policies AS p WHERE p.relation = c.oid AND p.personal)::text AS personal,
        (SELECT CASE WHEN pg_catalog.bool_and(a.atttypid < 16384 AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT'))
            THEN pg_catalog.json_agg(a.attname ORDER BY a.attname COLLATE pg_catalog."C") END
          FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
          WHERE i.indrelid = c.oid AND i.indisprimary AND (c.relkind = 'p' OR NOT c.relhassubclass))::text AS key,
        (SELECT CASE a.atttypid WHEN 'int2'::pg_catalog.regtype THEN 'hashint2extended' WHEN 'int4'::pg_catalog.regtype THEN 'hashint4extended'
            WHEN 'int8'::pg_catalog.regtype THEN 'hashint8extended' WHEN 'uuid'::pg_catalog.regtype THEN 'uuid_hash_extended' END
          FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
          WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1) AS "key hash",
        (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attname COLLATE pg_catalog."C") FROM pg_catalog.pg_attribute AS a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            AND (c.relkind <> 'v' OR a.atttypid <> 'pg_catalog.tsvector'::pg_catalog.regtype)
            AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT'))::text AS columns
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_roles AS r ON r.rolname::text = ANY (${list(roles)})
      WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't' AND n.nspname::text = ANY (${list(schemas)})
        AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
          WHERE member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND member.objid = c.oid AND member.deptype = 'e')
    ) AS granted
    WHERE granted.privileges <> ''
    ORDER BY granted.schema COLLATE pg_catalog."C", granted.name COLLATE pg_catalog."C", granted.role COLLATE pg_catalog."C"`
}
