import type { SqlRunner } from '../../core/index.ts'
import type { QualifiedName } from '../../dump/index.ts'
import { managedSchemas } from '../../supabase/index.ts'

/** What somebody made in a database. */
export interface DatabaseContent {
  readonly objects: number
  /** A few of them, for a message: `table public.users`. */
  readonly examples: readonly string[]
}

/**
 * Schemas whose content is the user's: not the system's, and on a Supabase server (it has the role `supabase_admin`) not
 * the platform's. $1 is the platform's list as JSON.
 */
const ownSchemas = `
  own_schemas AS (
    SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace AS n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT (
        EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = 'supabase_admin')
        AND pg_catalog.jsonb_exists($1::jsonb, n.nspname))),
  of_extensions AS (
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend AS d WHERE d.deptype = 'e')`

/** Checked on PostgreSQL 15 and 17. */
const contentQuery = `
  WITH ${ownSchemas},
  content (kind, name, class, oid) AS (
    SELECT 'schema', s.nspname::text, 'pg_catalog.pg_namespace'::regclass, s.oid FROM own_schemas AS s
      WHERE s.nspname <> 'public'
    UNION ALL
    SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END,
        s.nspname || '.' || c.relname, 'pg_catalog.pg_class'::regclass, c.oid
      FROM pg_catalog.pg_class AS c JOIN own_schemas AS s ON s.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    UNION ALL
    SELECT 'function', s.nspname || '.' || p.proname, 'pg_catalog.pg_proc'::regclass, p.oid
      FROM pg_catalog.pg_proc AS p JOIN own_schemas AS s ON s.oid = p.pronamespace
    UNION ALL
    SELECT 'type', s.nspname || '.' || t.typname, 'pg_catalog.pg_type'::regclass, t.oid
      FROM pg_catalog.pg_type AS t JOIN own_schemas AS s ON s.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
      WHERE t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c'
    UNION ALL
    SELECT 'large object', l.oid::text, 'pg_catalog.pg_largeobject'::regclass, l.oid
      FROM pg_catalog.pg_largeobject_metadata AS l)
  SELECT c.kind || ' ' || c.name AS example, pg_catalog.count(*) OVER ()::text AS objects
  FROM content AS c
  WHERE NOT EXISTS (SELECT FROM of_extensions AS e WHERE e.classid = c.class AND e.objid = c.oid)
  ORDER BY c.kind = 'schema', c.kind <> 'table', c.name LIMIT 3`

/** What is in a database beside what the server, its extensions and the platform put there. */
export async function findContent(sql: SqlRunner): Promise<DatabaseContent> {
  const rows = await sql.query(contentQuery, [JSON.stringify(managedSchemas)])
  return { objects: Number(rows[0]?.['objects'] ?? 0), examples: rows.map((row) => row['example'] ?? '') }
}

export interface TableState extends QualifiedName {
  readonly exists: boolean
  readonly hasRows: boolean
}

/** Tables asked for a first row in one statement: a round trip each would take minutes over a network. */
const tablesAtATime = 200

/** Which of these tables there are, and which of them hold a row. */
export async function lookAtTables(sql: SqlRunner, tables: readonly QualifiedName[]): Promise<readonly TableState[]> {
  const found: TableState[] = []
  for (let from = 0; from < tables.length; from += tablesAtATime) {
    const some = tables.slice(from, from + tablesAtATime)
    const there = await sql.query(
      `SELECT w.schema, w.name, pg_catalog.format('%I.%I', w.schema, w.name) AS quoted
      FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS w (schema text, name text)
      JOIN pg_catalog.pg_namespace AS n ON n.nspname = w.schema
      JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.name AND c.relkind IN ('r', 'p', 'f')`,
      [JSON.stringify(some)],
    )
    const first = there.map(({ quoted }, index) => `EXISTS (SELECT FROM ${quoted}) AS t${index}`)
    const [row] = there.length > 0 ? await sql.query(`SELECT ${first.join(', ')}`) : []
    for (const { schema, name } of some) {
      const at = there.findIndex((one) => one['schema'] === schema && one['name'] === name)
      found.push({ schema, name, exists: at >= 0, hasRows: row?.[`t${at}`] === 't' })
    }
  }
  return found
}

/** Every table of the user's, to say what a restore that did not end has left. */
export async function listTables(sql: SqlRunner): Promise<readonly QualifiedName[]> {
  const rows = await sql.query(
    `WITH ${ownSchemas}
    SELECT s.nspname AS schema, c.relname AS name
    FROM pg_catalog.pg_class AS c JOIN own_schemas AS s ON s.oid = c.relnamespace
    WHERE c.relkind = 'r'
      AND NOT EXISTS (SELECT FROM of_extensions AS e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid)
    ORDER BY 1, 2`,
    [JSON.stringify(managedSchemas)],
  )
  return rows.map((row) => ({ schema: row['schema'] ?? '', name: row['name'] ?? '' }))
}

/** A table of the user's that takes up room, which needs no right to read it: rows, or what is left of deleted ones. */
export async function findFilledTable(sql: SqlRunner): Promise<string | null> {
  const [row] = await sql.query(
    `WITH ${ownSchemas}
    SELECT pg_catalog.format('%I.%I', s.nspname, c.relname) AS name
    FROM pg_catalog.pg_class AS c JOIN own_schemas AS s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND pg_catalog.pg_relation_size(c.oid) > 0
      AND NOT EXISTS (SELECT FROM of_extensions AS e WHERE e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = c.oid)
    ORDER BY 1 LIMIT 1`,
    [JSON.stringify(managedSchemas)],
  )
  return row?.['name'] ?? null
}
