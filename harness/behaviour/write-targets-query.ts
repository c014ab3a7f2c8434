import { quoteLiteral } from '../core/index.ts'
import { looksBeyondRow } from './looks-beyond-row.ts'

const catalogue = (name: string): string => `'pg_catalog.${name}'::pg_catalog.regclass`
const calls = (name: string, object: string): string => `EXISTS (SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = ${catalogue(name)} AND d.objid = ${object} AND d.refclassid = ${catalogue('pg_proc')})`

/** Roots of what does more than to write; asked only where somebody writes besides the owners: it is most of the work. */
const behavingTables = `,
    acting (relation) AS MATERIALIZED (
      SELECT t.tgrelid FROM pg_catalog.pg_trigger AS t WHERE NOT t.tgisinternal
      UNION SELECT c.oid FROM pg_catalog.pg_class AS c WHERE c.relhasrules
      UNION SELECT p.polrelid FROM pg_catalog.pg_policy AS p WHERE ${looksBeyondRow('p.polqual')} OR ${looksBeyondRow('p.polwithcheck')}
      UNION SELECT k.conrelid FROM pg_catalog.pg_constraint AS k WHERE k.contype IN ('c', 'x') AND ${calls('pg_constraint', 'k.oid')}
      UNION SELECT e.adrelid FROM pg_catalog.pg_attrdef AS e WHERE ${calls('pg_attrdef', 'e.oid')}),
    behaving (root) AS (
      SELECT tree.root FROM tree JOIN acting USING (relation)
      UNION SELECT parent.root FROM behaving
        JOIN tree AS child ON child.root = behaving.root
        JOIN pg_catalog.pg_constraint AS k ON k.contype = 'f' AND k.conrelid = child.relation AND k.confdeltype IN ('c', 'n', 'd')
        JOIN tree AS parent ON parent.relation = k.confrelid)`

/**
 * Tables that can be written to, each for its owner, and where writing does more than to write (a trigger, a rule, a
 * policy, a check or a computed value that calls what people made; a table that it reaches by a foreign key
 * does), for those of these roles that may read all of it and write to it:
 * `updatable` lists the columns that can be set to themselves. Partitions are reached through their root, whose
 * triggers they have. `fires`: a trigger or rule that people made runs. `referred
 * to`: a foreign key may forbid a DELETE. 13 to 18.
 */
export function writeTargetsQuery(roles: readonly string[], schemas: readonly string[]): string {
  const list = (names: readonly string[]): string => `ARRAY[${names.map(quoteLiteral).join(', ')}]::text[]`
  const others =
    roles.length === 0
      ? ''
      : ` OR r.rolname::text = ANY (${list(roles)}) AND c.oid IN (SELECT behaving.root FROM behaving)`
  return `
    WITH RECURSIVE tree (root, relation) AS (
      SELECT c.oid, c.oid FROM pg_catalog.pg_class AS c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
      UNION SELECT tree.root, i.inhrelid FROM tree JOIN pg_catalog.pg_inherits AS i ON i.inhparent = tree.relation)${roles.length === 0 ? '' : behavingTables}
    SELECT n.nspname AS schema, c.relname AS name, r.rolname AS role, (r.oid = c.relowner)::text AS owns,
      (c.relkind = 'p' OR c.relhassubclass)::text AS "has parts",
      (EXISTS (SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) OR c.relhasrules)::text AS fires,
      EXISTS (SELECT FROM tree JOIN pg_catalog.pg_constraint AS k ON k.contype = 'f' AND k.confrelid = tree.relation
        WHERE tree.root = c.oid AND k.confdeltype IN ('a', 'r'))::text AS "referred to",
      pg_catalog.has_table_privilege(r.oid, c.oid, 'DELETE')::text AS deletable,
      (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
          AND pg_catalog.has_column_privilege(r.oid, c.oid, a.attnum, 'UPDATE'))::text AS updatable
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_roles AS r ON r.oid = c.relowner${others}
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname::text = ANY (${list(schemas)})
      AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE') AND pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS member
        WHERE member.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND member.objid = c.oid AND member.deptype = 'e')
    ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C", r.oid <> c.relowner, r.rolname COLLATE pg_catalog."C"`
}
