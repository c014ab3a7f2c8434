import { quoteIdentifier, quoteQualified, type SqlRunner } from '../core/index.ts'
import type { Finding } from '../compare/index.ts'
import { identityOf } from '../facts/index.ts'
import { finding } from './finding.ts'
import { sqlstateOf } from './read-sights.ts'

/**
 * Constraints that the server does not stand for: not validated, or with triggers of a foreign key off. Those that a
 * partition has from its root are the root's. 13 to 18.
 */
const unguarded = `
  SELECT k.oid::text AS oid, n.nspname AS schema, c.relname AS name, k.conname AS constraint, k.convalidated::text AS validated,
    (k.contype = 'f')::text AS "is key"
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE k.contype IN ('f', 'c') AND k.conparentid = 0 AND k.coninhcount = 0 AND n.nspname::text = ANY ($1::text[])
    AND (NOT k.convalidated OR EXISTS (SELECT FROM pg_catalog.pg_trigger AS t
      WHERE t.tgconstraint = k.oid AND t.tgisinternal AND t.tgenabled = 'D'))
  ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C", k.conname COLLATE pg_catalog."C"`

/** foreign_key_violation, check_violation. */
const unmet: ReadonlySet<string> = new Set(['23503', '23514'])

/**
 * Which of them the copy's rows do not meet, by letting the server validate each in a transaction that is rolled back.
 * Notices: where production's constraint is guarded, its definition differs and the check `schema` tells; where it is
 * not, production may hold such rows as well.
 */
export async function tryConstraints(
  sql: SqlRunner,
  schemas: readonly string[],
  statementTimeoutMs: number,
): Promise<readonly Finding[]> {
  const names = `{${schemas.map((name) => `"${name.replace(/(["\\])/g, '\\$1')}"`).join(',')}}`
  const constraints = await sql.query(unguarded, [names])
  const findings: Finding[] = []
  for (const row of constraints) {
    const [schema, name, constraint] = [row['schema'] ?? '', row['name'] ?? '', row['constraint'] ?? '']
    await sql.query(
      `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = ${statementTimeoutMs}`,
    )
    try {
      // Whether its triggers fired or not, a foreign key may stand as validated: it is to be checked anew.
      await sql.query('UPDATE pg_catalog.pg_constraint SET convalidated = false WHERE oid = $1::pg_catalog.oid', [
        row['oid'] ?? '0',
      ])
      await sql.query(`ALTER TABLE ${quoteQualified(schema, name)} VALIDATE CONSTRAINT ${quoteIdentifier(constraint)}`)
    } catch (error) {
      const sqlstate = sqlstateOf(error)
      if (sqlstate === null) throw error
      if (unmet.has(sqlstate)) findings.push(unmetBy(identityOf([schema, name, constraint]), row))
    } finally {
      await sql.query('ROLLBACK')
    }
  }
  return findings
}

function unmetBy(object: string, row: Readonly<Record<string, string | null>>): Finding {
  const rows = row['is key'] === 'true' ? 'rows refer to what is not there' : 'rows do not meet it'
  const why = row['validated'] === 'true' ? 'its triggers are off' : 'it is not validated'
  const remedy = 'mend the rows, then VALIDATE CONSTRAINT (and ENABLE TRIGGER ALL)'
  return finding('writes', 'differs', object, `constraint ${object}: ${rows}, and ${why}`, { notice: true, remedy })
}
