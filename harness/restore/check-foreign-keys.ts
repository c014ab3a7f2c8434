import { scrubLine, type SqlRunner } from '../core/index.ts'
import type { Session } from '../postgres/index.ts'
import type { OrphanedRows } from './types.ts'

/**
 * Foreign keys that count as valid, each with the query that finds the rows it would refuse: what the server itself
 * runs when it validates one (RI_Initial_Check in ri_triggers.c). Checked on PostgreSQL 13–18.
 */
const foreignKeys = `
  SELECT k.conname AS name, pg_catalog.format('%I.%I', cn.nspname, c.relname) AS child,
         cn.nspname || '.' || c.relname AS child_name, pn.nspname || '.' || p.relname AS parent_name,
         pg_catalog.format('%I.%I', pn.nspname, p.relname) AS parent,
         c.relkind = 'p' AS child_is_parted, p.relkind = 'p' AS parent_is_parted,
         parts.joined, parts.first_key, CASE k.confmatchtype WHEN 'f' THEN parts.any_key ELSE parts.all_keys END AS present
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.relnamespace
  JOIN pg_catalog.pg_class AS p ON p.oid = k.confrelid JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
  CROSS JOIN LATERAL (
    SELECT pg_catalog.string_agg(
             pg_catalog.format('p.%I OPERATOR(%I.%s) f.%I%s', pa.attname, opn.nspname, o.oprname, fa.attname,
               CASE WHEN pa.attcollation <> fa.attcollation AND pa.attcollation <> 0
                 THEN pg_catalog.format(' COLLATE %I.%I', ln.nspname, l.collname) ELSE '' END), ' AND ' ORDER BY u.place) AS joined,
           (pg_catalog.array_agg(pg_catalog.format('p.%I', pa.attname) ORDER BY u.place))[1] AS first_key,
           pg_catalog.string_agg(pg_catalog.format('f.%I IS NOT NULL', fa.attname), ' AND ' ORDER BY u.place) AS all_keys,
           pg_catalog.string_agg(pg_catalog.format('f.%I IS NOT NULL', fa.attname), ' OR ' ORDER BY u.place) AS any_key
    FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey), pg_catalog.unnest(k.conpfeqop))
      WITH ORDINALITY AS u (child, parent, operator, place)
    JOIN pg_catalog.pg_attribute AS fa ON fa.attrelid = k.conrelid AND fa.attnum = u.child
    JOIN pg_catalog.pg_attribute AS pa ON pa.attrelid = k.confrelid AND pa.attnum = u.parent
    JOIN pg_catalog.pg_operator AS o ON o.oid = u.operator
    JOIN pg_catalog.pg_namespace AS opn ON opn.oid = o.oprnamespace
    LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = pa.attcollation
    LEFT JOIN pg_catalog.pg_namespace AS ln ON ln.oid = l.collnamespace
  ) AS parts
  WHERE k.contype = 'f' AND k.convalidated AND k.conparentid = 0
  ORDER BY pg_catalog.pg_relation_size(k.conrelid) DESC, k.oid`

/**
 * Checks every foreign key over all rows, on all sessions: rows that were loaded with triggers off (`SET
 * session_replication_role = replica`, `DISABLE TRIGGER ALL`) were checked by nobody.
 */
export async function checkForeignKeys(sessions: readonly Session[]): Promise<readonly OrphanedRows[]> {
  const [first] = sessions
  if (first === undefined) return []
  const open = [...(await first.query(foreignKeys))]
  const found: OrphanedRows[] = []
  const work = async (sql: SqlRunner): Promise<void> => {
    for (let key = open.shift(); key !== undefined; key = open.shift()) {
      const [row] = await sql.query(`
        SELECT pg_catalog.count(*)::text AS rows
        FROM ${key['child_is_parted'] === 't' ? '' : 'ONLY '}${key['child']} AS f
        LEFT JOIN ${key['parent_is_parted'] === 't' ? '' : 'ONLY '}${key['parent']} AS p ON (${key['joined']})
        WHERE ${key['first_key']} IS NULL AND (${key['present']})`)
      const rows = Number(row?.['rows'] ?? 0)
      if (rows === 0) continue
      const table = scrubLine(key['child_name'] ?? '')
      found.push({
        constraint: scrubLine(key['name'] ?? ''),
        table,
        references: scrubLine(key['parent_name'] ?? ''),
        rows,
      })
    }
  }
  const ended = await Promise.allSettled(sessions.map(work))
  for (const end of ended) if (end.status === 'rejected') throw end.reason
  return found.sort((a, b) => (`${a.table} ${a.constraint}` < `${b.table} ${b.constraint}` ? -1 : 1))
}
