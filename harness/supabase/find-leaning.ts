import type { SqlRunner } from '../core/index.ts'

/** An object of the user's that was restored against a stand-in. */
export interface Leaning {
  /** Schema of the stand-in. */
  readonly standIn: string
  /** `view`, `trigger`, `policy`, `generated column`, … */
  readonly kind: string
  /** Schema and name of the relation that it is, or is on; null for a function. */
  readonly relation: readonly [string, string] | null
  /** Of what is on the relation; of a function, with its schema and arguments; null for a relation. */
  readonly name: string | null
}

/**
 * What of the user's own leans on stand-ins that do nothing and hold nothing: by the catalogue, through views too, and by
 * the words of function bodies. $1: schemas of such stand-ins; $2: all schemas that were laid. Checked on PostgreSQL 15
 * and 17.
 */
const leaningQuery = `
  WITH RECURSIVE inert AS (
    SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace AS n
    WHERE n.nspname IN (SELECT pg_catalog.jsonb_array_elements_text($1::jsonb))),
  laid AS (
    SELECT n.oid FROM pg_catalog.pg_namespace AS n
    WHERE n.nspname IN (SELECT pg_catalog.jsonb_array_elements_text($2::jsonb))),
  systems AS (
    SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname ~ '^pg_' OR n.nspname = 'information_schema'),
  stand_in (class, oid, schema, name) AS (
    SELECT 'pg_catalog.pg_class'::regclass, c.oid, i.nspname, lower(c.relname) FROM pg_catalog.pg_class AS c JOIN inert AS i ON i.oid = c.relnamespace
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::regclass, p.oid, i.nspname, lower(p.proname) FROM pg_catalog.pg_proc AS p JOIN inert AS i ON i.oid = p.pronamespace
    UNION ALL
    SELECT 'pg_catalog.pg_type'::regclass, t.oid, i.nspname, lower(t.typname) FROM pg_catalog.pg_type AS t JOIN inert AS i ON i.oid = t.typnamespace),
  edge (class, oid, refclass, refoid) AS (
    SELECT CASE WHEN w.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass END, coalesce(w.ev_class, d.objid),
        d.refclassid, d.refobjid
      FROM pg_catalog.pg_depend AS d
      LEFT JOIN pg_catalog.pg_rewrite AS w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
      WHERE d.deptype IN ('n', 'a')),
  calling (oid, schema) AS (
    SELECT p.oid, s.schema FROM pg_catalog.pg_proc AS p
      JOIN stand_in AS s ON pg_catalog.strpos(lower(pg_catalog.replace(p.prosrc, '"', '')), s.schema || '.' || s.name) > 0
      WHERE p.pronamespace NOT IN (SELECT oid FROM laid) AND p.pronamespace NOT IN (SELECT oid FROM systems)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
          WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')),
  leaning (class, oid, schema) AS (
    (SELECT e.class, e.oid, s.schema FROM edge AS e JOIN stand_in AS s ON s.class = e.refclass AND s.oid = e.refoid
    UNION SELECT 'pg_catalog.pg_proc'::regclass, c.oid, c.schema FROM calling AS c)
    UNION
    SELECT e.class, e.oid, l.schema FROM leaning AS l JOIN edge AS e ON e.refclass = l.class AND e.refoid = l.oid
      LEFT JOIN pg_catalog.pg_class AS c ON l.class = 'pg_catalog.pg_class'::regclass AND c.oid = l.oid
      WHERE l.class = 'pg_catalog.pg_proc'::regclass OR c.relkind IN ('v', 'm')),
  named (schema, kind, namespace, relation, name) AS (
    SELECT l.schema, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END,
        c.relnamespace, c.oid, NULL::text
      FROM leaning AS l JOIN pg_catalog.pg_class AS c ON l.class = 'pg_catalog.pg_class'::regclass AND c.oid = l.oid
      WHERE c.relkind IN ('v', 'm', 'r', 'p', 'f')
    UNION ALL
    SELECT l.schema, 'trigger', NULL, t.tgrelid, t.tgname::text
      FROM leaning AS l JOIN pg_catalog.pg_trigger AS t ON l.class = 'pg_catalog.pg_trigger'::regclass AND t.oid = l.oid
      WHERE NOT t.tgisinternal
    UNION ALL
    SELECT l.schema, 'policy', NULL, p.polrelid, p.polname::text
      FROM leaning AS l JOIN pg_catalog.pg_policy AS p ON l.class = 'pg_catalog.pg_policy'::regclass AND p.oid = l.oid
    UNION ALL
    SELECT l.schema, 'constraint', c.relnamespace, c.oid, k.conname::text
      FROM leaning AS l JOIN pg_catalog.pg_constraint AS k ON l.class = 'pg_catalog.pg_constraint'::regclass AND k.oid = l.oid
      JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
    UNION ALL
    SELECT l.schema, CASE a.attgenerated WHEN '' THEN 'default' ELSE 'generated column' END, c.relnamespace, c.oid, a.attname::text
      FROM leaning AS l JOIN pg_catalog.pg_attrdef AS f ON l.class = 'pg_catalog.pg_attrdef'::regclass AND f.oid = l.oid
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
      JOIN pg_catalog.pg_class AS c ON c.oid = f.adrelid
    UNION ALL
    SELECT l.schema, 'function', p.pronamespace, NULL, pg_catalog.format('%s.%I(%s)', p.pronamespace::regnamespace, p.proname, pg_catalog.oidvectortypes(p.proargtypes))
      FROM leaning AS l JOIN pg_catalog.pg_proc AS p ON l.class = 'pg_catalog.pg_proc'::regclass AND p.oid = l.oid)
  SELECT DISTINCT n.schema AS stand_in, n.kind,
    s.nspname AS relation_schema, c.relname AS relation_name, n.name
  FROM named AS n
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = n.relation
  LEFT JOIN pg_catalog.pg_namespace AS s ON s.oid = c.relnamespace
  WHERE n.namespace IS NULL
    OR (n.namespace NOT IN (SELECT oid FROM laid) AND n.namespace NOT IN (SELECT oid FROM systems))
  ORDER BY 1, 2, 3, 4, 5`

/** Stand-ins that production's rows go into, and whose functions answer as the real ones do. */
const faithful: ReadonlySet<string> = new Set([
  'auth',
  'extensions',
  'graphql_public',
  'storage',
  'supabase_migrations',
])

/** `laid`: the schemas that were laid in before the restore. */
export async function findLeaning(sql: SqlRunner, laid: readonly string[]): Promise<readonly Leaning[]> {
  const inert = laid.filter((schema) => !faithful.has(schema))
  if (inert.length === 0) return []
  const rows = await sql.query(leaningQuery, [JSON.stringify(inert), JSON.stringify(laid)])
  return rows.map((row) => {
    const [schema, relation] = [row['relation_schema'] ?? null, row['relation_name'] ?? null]
    return {
      standIn: row['stand_in'] ?? '',
      kind: row['kind'] ?? '',
      relation: schema === null || relation === null ? null : [schema, relation],
      name: row['name'] ?? null,
    }
  })
}
