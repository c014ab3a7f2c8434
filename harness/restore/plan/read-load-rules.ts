import type { SqlRunner } from '../../core/index.ts'
import { readRelationKey, type Touch } from './uses.ts'
import { keyOfTable, type LoadRules, type TableRules } from './load-rules.ts'

/**
 * Tables, and whether loading them runs code that may read others: triggers that fire for this session, and functions
 * in SQL or a procedural language within checks, generated columns, indexes and domains. Checked on PostgreSQL 13–18.
 */
const tables = `
  WITH own_function AS (
    SELECT p.oid FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
    WHERE l.lanname NOT IN ('internal', 'c') AND p.oid >= 16384
  ), calls AS (
    SELECT d.classid, d.objid FROM pg_catalog.pg_depend AS d
    WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid IN (SELECT oid FROM own_function)
  ), sensitive AS (
    SELECT k.conrelid AS oid FROM calls JOIN pg_catalog.pg_constraint AS k
      ON calls.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND calls.objid = k.oid WHERE k.conrelid <> 0
    UNION SELECT a.adrelid FROM calls JOIN pg_catalog.pg_attrdef AS a
      ON calls.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND calls.objid = a.oid
      JOIN pg_catalog.pg_attribute AS t ON t.attrelid = a.adrelid AND t.attnum = a.adnum WHERE t.attgenerated <> ''
    UNION SELECT i.indrelid FROM calls JOIN pg_catalog.pg_index AS i
      ON calls.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND calls.objid = i.indexrelid
    UNION SELECT g.tgrelid FROM pg_catalog.pg_trigger AS g
      WHERE g.tgenabled = 'A' OR g.tgenabled =
        CASE pg_catalog.current_setting('session_replication_role') WHEN 'replica' THEN 'R' ELSE 'O' END
    UNION SELECT r.ev_class FROM pg_catalog.pg_rewrite AS r
  ), extension_table AS (
    SELECT d.objid AS oid FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype = 'e'
  ), referred AS (
    SELECT DISTINCT k.confrelid AS oid FROM pg_catalog.pg_constraint AS k WHERE k.contype = 'f'
  )
  SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name,
         (c.oid IN (SELECT s.oid FROM sensitive AS s)
           OR EXISTS (SELECT FROM calls JOIN pg_catalog.pg_constraint AS k
             ON calls.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND calls.objid = k.oid
             WHERE k.contypid <> 0))::text AS sensitive,
         (c.relkind = 'r'
           AND c.oid NOT IN (SELECT e.oid FROM extension_table AS e)
           AND c.oid NOT IN (SELECT f.oid FROM referred AS f)
           AND pg_catalog.pg_relation_size(c.oid) = 0)::text AS freezable,
         (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute AS a
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')::text AS columns
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v') AND c.oid IN (
    WITH RECURSIVE wanted (oid) AS (
      SELECT w.oid FROM pg_catalog.pg_class AS w JOIN pg_catalog.pg_namespace AS wn ON wn.oid = w.relnamespace
      WHERE (wn.nspname, w.relname) IN (
        SELECT a.schema, a.name FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.name[]), pg_catalog.unnest($2::pg_catalog.name[])) AS a (schema, name))
      UNION SELECT i.inhrelid FROM wanted JOIN pg_catalog.pg_inherits AS i ON i.inhparent = wanted.oid
    ) SELECT wanted.oid FROM wanted)`

const inheritance = `
  WITH RECURSIVE below (ancestor, child) AS (
    SELECT i.inhparent, i.inhrelid FROM pg_catalog.pg_inherits AS i
    UNION SELECT b.ancestor, i.inhrelid FROM below AS b JOIN pg_catalog.pg_inherits AS i ON i.inhparent = b.child
  )
  SELECT b.ancestor::text AS ancestor, b.child::text AS child FROM below AS b`

/**
 * Of the relations that these touch, and their descendants. Asked once what stands before the rows was restored, in the
 * session whose settings the rows are loaded with.
 */
export async function readLoadRules(
  sql: SqlRunner,
  entries: readonly { readonly touches: readonly Touch[] }[],
): Promise<LoadRules> {
  const keys = new Set(entries.flatMap(({ touches }) => touches.map(({ key }) => key)))
  const names = [...keys].flatMap((key) => readRelationKey(key) ?? [])
  const [before] = await sql.query(`SELECT pg_catalog.current_setting('search_path') AS path`)
  // Operators go by the path, and the dump may have brought some of its own.
  await sql.query(`SELECT pg_catalog.set_config('search_path', '', false)`)
  try {
    return await readRules(sql, names)
  } finally {
    await sql.query(`SELECT pg_catalog.set_config('search_path', $1, false)`, [before?.['path'] ?? ''])
  }
}

async function readRules(
  sql: SqlRunner,
  names: readonly { readonly schema: string; readonly name: string }[],
): Promise<LoadRules> {
  const list = (part: 'schema' | 'name'): string => `{${names.map((each) => quoteElement(each[part])).join(',')}}`
  const rows = await sql.query(tables, [list('schema'), list('name')])
  const keys = new Map(
    rows.map((row) => [row['oid'], keyOfTable({ schema: row['schema'] ?? '', name: row['name'] ?? '' })]),
  )
  const descendants = new Map<string, string[]>()
  for (const { ancestor, child } of await sql.query(inheritance)) {
    const childKey = keys.get(child ?? '')
    if (childKey === undefined || ancestor == null) continue
    descendants.set(ancestor, [...(descendants.get(ancestor) ?? []), childKey])
  }
  return new Map(
    rows.map((row): [string, TableRules] => [
      keys.get(row['oid']) ?? '',
      {
        descendants: descendants.get(row['oid'] ?? '') ?? [],
        isSensitive: row['sensitive'] === 'true',
        mayFreeze: row['freezable'] === 'true',
        columns: Number(row['columns']),
      },
    ]),
  )
}

/** An element of an array as the server reads it. */
function quoteElement(text: string): string {
  return `"${text.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`
}
