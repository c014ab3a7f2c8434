import { quoteQualified, type SqlRunner } from '../../core/index.ts'
import type { BesideTable } from './types.ts'

const json = (tables: readonly BesideTable[], sequences: boolean): string =>
  JSON.stringify(tables.flatMap((table) => [table.to, ...(sequences ? table.sequences.map(({ to }) => to) : [])]))

const ours = `
  ours AS (
    SELECT c.oid, c.relkind, c.relacl, c.relowner, c.relrowsecurity, n.nspname, c.relname
    FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS w (schema text, name text)
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = w.schema
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.name)`

/**
 * A default that takes its number from a sequence which is not the copy's own would take it from the table beside. Says
 * which columns go without. What a function of the user's does within is not seen.
 */
export async function dropForeignDefaults(sql: SqlRunner, tables: readonly BesideTable[]): Promise<readonly string[]> {
  const found = await sql.query(
    `WITH ${ours},
    defaults AS (
      SELECT o.nspname, o.relname, a.attname, pg_catalog.pg_get_expr(f.adbin, f.adrelid) AS expression,
        ARRAY(SELECT d.refobjid FROM pg_catalog.pg_depend AS d
          JOIN pg_catalog.pg_class AS s ON s.oid = d.refobjid AND s.relkind = 'S'
          WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = f.oid
            AND d.refclassid = 'pg_catalog.pg_class'::regclass) AS uses
      FROM ours AS o
      JOIN pg_catalog.pg_attrdef AS f ON f.adrelid = o.oid
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
      WHERE o.relkind = 'r')
    SELECT pg_catalog.format('%I.%I', nspname, relname) AS quoted, pg_catalog.format('%I', attname) AS column,
      nspname || '.' || relname || '.' || attname AS name
    FROM defaults
    WHERE NOT uses <@ ARRAY(SELECT oid FROM ours WHERE relkind = 'S')
      OR (expression ~* '(nextval|setval)\\s*\\(' AND uses = '{}')`,
    [json(tables, true)],
  )
  for (const { quoted, column } of found) await sql.query(`ALTER TABLE ${quoted} ALTER COLUMN ${column} DROP DEFAULT`)
  return found.map(({ name }) => name ?? '')
}

/**
 * Nobody but its owner reads a copy: what the old table's policies forbid must not be open in the new one, and default
 * privileges would give it to whoever they name. Returns what, against all that, still opens it: an event trigger's doing.
 */
export async function lockDown(sql: SqlRunner, tables: readonly BesideTable[]): Promise<string | null> {
  const granted = await sql.query(
    `WITH ${ours}
    SELECT DISTINCT pg_catalog.format('REVOKE ALL ON %s %I.%I FROM %s',
      CASE o.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, o.nspname, o.relname,
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END) AS revoke
    FROM ours AS o, LATERAL pg_catalog.aclexplode(o.relacl) AS a WHERE a.grantee <> o.relowner`,
    [json(tables, true)],
  )
  for (const { revoke } of granted) await sql.query(revoke ?? '')
  for (const { to } of tables)
    await sql.query(`ALTER TABLE ${quoteQualified(to.schema, to.name)} ENABLE ROW LEVEL SECURITY`)
  const open = await sql.query(
    `WITH ${ours}
    SELECT o.nspname || '.' || o.relname AS name, w.why FROM ours AS o
    CROSS JOIN LATERAL (
      SELECT 'is granted to ' || CASE a.grantee WHEN 0 THEN 'everybody' ELSE pg_catalog.pg_get_userbyid(a.grantee) END
        FROM pg_catalog.aclexplode(o.relacl) AS a WHERE a.grantee <> o.relowner
      UNION ALL SELECT 'is granted by column' FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = o.oid AND a.attacl IS NOT NULL
      UNION ALL SELECT 'has the policy ' || p.polname FROM pg_catalog.pg_policy AS p WHERE p.polrelid = o.oid
      UNION ALL SELECT 'has the trigger ' || t.tgname FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = o.oid
      UNION ALL SELECT 'has no row security' WHERE o.relkind = 'r' AND NOT o.relrowsecurity
      UNION ALL SELECT 'is not ours' WHERE pg_catalog.pg_get_userbyid(o.relowner) <> current_user
    ) AS w (why) LIMIT 1`,
    [json(tables, true)],
  )
  const [one] = open
  return one ? `${one['name']} ${one['why']}, by something in the target that we did not do` : null
}
