import { asFault } from '../../core/index.ts'
import type { Session } from '../../postgres/index.ts'

/** A column of a table that rows go into. */
export interface TargetColumn {
  /** Bytes of the name in the session's client encoding, one character a byte. */
  readonly name: string
  /** What its values are in the end, below all domains. Zero for a type that is not the server's own. */
  readonly baseType: number
  /** Whether a quoted literal becomes the same value in an INSERT as in COPY. */
  readonly takesStrings: boolean
  readonly isGenerated: boolean
  readonly isIdentityAlways: boolean
  /** Where it is not named, something other than NULL is put there. */
  readonly hasDefault: boolean
}

/** What decides whether COPY into a table does the same as INSERTs. */
export interface TargetFacts {
  /** A table, its partitions tables too; no rules, no row security, no triggers of the user's, no code of the user's. */
  readonly isPlain: boolean
  /** Refers to itself by a foreign key that is checked: row by row at the end of a statement, or of a transaction. */
  readonly selfReference: 'none' | 'immediate' | 'deferred'
  readonly hasDeferrableKey: boolean
  /** Before PostgreSQL 14 an INSERT of several rows could not say DEFAULT for a generated column, and was refused. */
  readonly takesManyDefaults: boolean
  readonly columns: readonly TargetColumn[]
}

/** The table as the session's search_path and encoding make it out. Checked on PostgreSQL 15 and 17. */
const resolve = `
  SELECT pg_catalog.to_regclass(pg_catalog.convert_from(
    pg_catalog.decode($1, 'hex'), pg_catalog.current_setting('client_encoding')))::pg_catalog.oid AS oid`

/**
 * Facts of the table with oid $1, a row a column. Needs search_path to be empty. Checked on PostgreSQL 15 and 17.
 *
 * `isPlain` excludes what can tell one INSERT of many rows from many INSERTs. Expressions that are computed for a row
 * (checks of the table and of domains, generated columns, indexes, partition keys) may call the server's own functions
 * and those in C, but for volatile ones and those that run a query; a function in SQL or PL/pgSQL can read the table that
 * is being filled, and COPY shows it none of its rows. The function's numbers are in the text of the stored expression.
 *
 * `takesStrings`: INSERT reads a quoted literal with the type's input function without a length and then casts it to
 * the length, COPY reads it with the length; for the server's own types the outcome is the same but for arrays of
 * interval. Types of extensions are sure only where no length is declared; those of pgvector check it either way.
 */
const describe = `
  WITH RECURSIVE target AS (SELECT c.oid, c.relkind FROM pg_class AS c WHERE c.oid = $1::oid),
  tree AS (
    SELECT oid FROM target UNION SELECT p.relid::oid FROM target, pg_partition_tree(target.oid) AS p),
  relatives AS (
    SELECT oid FROM tree
    UNION SELECT p.relid::oid FROM target, pg_partition_tree(pg_partition_root(target.oid)) AS p),
  expressions AS (
    SELECT k.conbin::text AS tree FROM pg_constraint AS k JOIN tree ON tree.oid = k.conrelid WHERE k.contype = 'c'
    UNION ALL SELECT d.adbin::text FROM pg_attrdef AS d JOIN tree ON tree.oid = d.adrelid
      JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated <> ''
    UNION ALL SELECT i.indexprs::text FROM pg_index AS i JOIN tree ON tree.oid = i.indrelid
    UNION ALL SELECT i.indpred::text FROM pg_index AS i JOIN tree ON tree.oid = i.indrelid
    UNION ALL SELECT p.partexprs::text FROM pg_partitioned_table AS p JOIN relatives ON relatives.oid = p.partrelid),
  types AS (
    (SELECT a.atttypid AS oid FROM pg_attribute AS a JOIN target ON target.oid = a.attrelid WHERE a.attnum > 0
     UNION SELECT m[1]::oid FROM expressions, regexp_matches(expressions.tree, ':resulttype ([0-9]+)', 'g') AS m)
    UNION SELECT inner_type.oid FROM types JOIN pg_type AS t ON t.oid = types.oid CROSS JOIN LATERAL (
      SELECT t.typbasetype UNION ALL SELECT t.typelem
      UNION ALL SELECT r.rngsubtype FROM pg_range AS r WHERE r.rngtypid = t.oid
      UNION ALL SELECT a.atttypid FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0
    ) AS inner_type (oid) WHERE inner_type.oid <> 0),
  calls AS (
    SELECT m[1]::oid AS oid FROM (
      SELECT tree FROM expressions
      UNION ALL SELECT k.conbin::text FROM pg_constraint AS k JOIN types ON types.oid = k.contypid
    ) AS every, regexp_matches(every.tree, ':[a-z]*funcid ([0-9]+)', 'g') AS m),
  enabled AS (
    SELECT t.tgisinternal, t.tgconstraint FROM pg_trigger AS t JOIN tree ON tree.oid = t.tgrelid
    WHERE t.tgtype & 4 <> 0 AND t.tgenabled IN
      ('A', CASE current_setting('session_replication_role') WHEN 'replica' THEN 'R'::"char" ELSE 'O'::"char" END)),
  self AS (
    SELECT k.condeferred FROM enabled JOIN pg_constraint AS k ON k.oid = enabled.tgconstraint
    WHERE k.contype = 'f' AND k.confrelid IN (SELECT oid FROM relatives)),
  bases AS (
    SELECT a.attnum, a.atttypid AS oid, a.atttypmod AS typmod, 0 AS depth
    FROM pg_attribute AS a JOIN target ON target.oid = a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL SELECT bases.attnum, t.typbasetype, t.typtypmod, bases.depth + 1
    FROM bases JOIN pg_type AS t ON t.oid = bases.oid WHERE t.typtype = 'd')
  SELECT
    target.oid >= 16384
      AND NOT EXISTS (SELECT FROM pg_class AS c JOIN tree ON tree.oid = c.oid WHERE c.relkind NOT IN ('r', 'p'))
      AND NOT EXISTS (SELECT FROM pg_rewrite AS r WHERE r.ev_class = target.oid AND r.ev_type = '3')
      AND NOT EXISTS (SELECT FROM enabled WHERE NOT enabled.tgisinternal)
      AND NOT row_security_active(target.oid)
      AND NOT EXISTS (
        SELECT FROM calls JOIN pg_proc AS p ON p.oid = calls.oid JOIN pg_language AS l ON l.oid = p.prolang
        WHERE l.lanname NOT IN ('internal', 'c') OR p.provolatile = 'v' OR p.proname ~ '_to_xml') AS is_plain,
    CASE (SELECT bool_or(self.condeferred) FROM self) WHEN true THEN 'deferred' WHEN false THEN 'immediate' ELSE 'none' END
      AS self_reference,
    EXISTS (SELECT FROM pg_index AS i JOIN tree ON tree.oid = i.indrelid WHERE NOT i.indimmediate) AS has_deferrable_key,
    current_setting('server_version_num')::integer >= 140000 AS takes_many_defaults,
    encode(convert_to(a.attname::text, current_setting('client_encoding')), 'hex') AS name,
    CASE WHEN base.oid < 16384 THEN base.oid ELSE 0 END AS base_type,
    base.typmod = -1
      OR (base.oid < 16384 AND base.oid <> 'interval[]'::regtype)
      OR EXISTS (
        SELECT FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid
        WHERE d.classid = 'pg_type'::regclass AND d.objid = base.oid AND d.deptype = 'e'
          AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'vector') AS takes_strings,
    a.attgenerated <> '' AS is_generated,
    a.attidentity = 'a' AS is_identity_always,
    a.atthasdef OR a.attidentity <> '' OR own.typdefaultbin IS NOT NULL AS has_default
  FROM target JOIN pg_attribute AS a ON a.attrelid = target.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN (SELECT DISTINCT ON (attnum) * FROM bases ORDER BY attnum, depth DESC) AS base ON base.attnum = a.attnum
    JOIN pg_type AS own ON own.oid = a.atttypid
  ORDER BY a.attnum`

/**
 * Reads what decides how rows get into the table that an INSERT names, one character a byte. Null where the server
 * finds no such table, or may not look at it: the INSERT itself will say why.
 */
export async function readTarget(session: Session, table: string): Promise<TargetFacts | null> {
  try {
    const [found] = await session.query(resolve, [Buffer.from(table, 'latin1').toString('hex')])
    const oid = found?.['oid'] ?? null
    if (oid === null) return null
    await session.query('BEGIN')
    try {
      await session.query(`SET LOCAL search_path TO ''`)
      return factsOf(await session.query(describe, [oid]))
    } finally {
      await session.query('ROLLBACK')
    }
  } catch (thrown) {
    if (asFault(thrown).code === 'E_SQL') return null
    throw thrown
  }
}

function factsOf(rows: Awaited<ReturnType<Session['query']>>): TargetFacts | null {
  const [first] = rows
  if (first === undefined) return null
  const self = first['self_reference']
  return {
    isPlain: first['is_plain'] === 't',
    selfReference: self === 'none' || self === 'immediate' ? self : 'deferred',
    hasDeferrableKey: first['has_deferrable_key'] !== 'f',
    takesManyDefaults: first['takes_many_defaults'] === 't',
    columns: rows.map((row) => ({
      name: Buffer.from(row['name'] ?? '', 'hex').toString('latin1'),
      baseType: Number(row['base_type']),
      takesStrings: row['takes_strings'] === 't',
      isGenerated: row['is_generated'] === 't',
      isIdentityAlways: row['is_identity_always'] === 't',
      hasDefault: row['has_default'] !== 'f',
    })),
  }
}
