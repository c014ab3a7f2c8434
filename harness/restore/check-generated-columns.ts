import { asFault, scrubLine } from '../core/index.ts'
import type { Session } from '../postgres/index.ts'

/** A generated column whose stored values are not what its expression gives, now that every row is there. */
export interface StaleColumn {
  /** `public.prices.dollars`. */
  readonly column: string
  /** Null: it could not be computed, for `refusal`. */
  readonly rows: number | null
  readonly refusal: string | null
}

/**
 * Stored generated columns that call something of the user's: what the server itself brings is as immutable as it says.
 * Partitions are read as tables of their own. Checked on PostgreSQL 13–18.
 */
const callingColumns = `
  SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS relation, pg_catalog.format('%I', a.attname) AS attribute,
         n.nspname || '.' || c.relname || '.' || a.attname AS name, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression
  FROM pg_catalog.pg_attribute AS a
  JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE a.attgenerated = 's' AND c.relkind = 'r' AND c.relpersistence <> 't'
    AND EXISTS (SELECT FROM pg_catalog.pg_depend AS u
      WHERE u.refobjid <> a.attrelid AND (
          (u.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND u.objid = d.oid)
          OR (u.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND u.objid = a.attrelid AND u.objsubid = a.attnum))
        AND u.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass))
  ORDER BY pg_catalog.pg_relation_size(c.oid) DESC, 3`

/**
 * Computes such columns once more. A function that claims to be immutable and reads another table gave other values
 * while that table was still empty; neither the dump nor the server says a word of it. One read of each such table.
 */
export async function checkGeneratedColumns(session: Session): Promise<readonly StaleColumn[]> {
  const found: StaleColumn[] = []
  for (const { relation, attribute, name, expression } of await session.query(callingColumns)) {
    const column = scrubLine(name ?? '')
    try {
      const [row] = await session.query(`
        SELECT pg_catalog.count(*)::text AS rows FROM ONLY ${relation} AS r
        WHERE (r.${attribute})::pg_catalog.text IS DISTINCT FROM (${expression})::pg_catalog.text`)
      const rows = Number(row?.['rows'] ?? 0)
      if (rows > 0) found.push({ column, rows, refusal: null })
    } catch (thrown) {
      const { code, message } = asFault(thrown)
      if (code !== 'E_SQL') throw thrown
      found.push({ column, rows: null, refusal: scrubLine(message) })
    }
  }
  return found
}
