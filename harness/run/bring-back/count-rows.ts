import { asFault, quoteQualified, type SqlRunner } from '../../core/index.ts'
import type { LoadedTable } from '../../restore/index.ts'

/** A table that does not hold what went into it: a trigger's or a rule's doing, mostly. */
export interface MiscountedTable {
  readonly name: string
  readonly rows: number
  readonly rowsLoaded: number
}

/** Counts again what the target holds of each table that was loaded: it was empty before. */
export async function countRows(sql: SqlRunner, tables: readonly LoadedTable[]): Promise<readonly MiscountedTable[]> {
  const wrong: MiscountedTable[] = []
  for (const { schema, name, rowsLoaded } of tables) {
    const quoted = quoteQualified(schema, name)
    try {
      const [found] = await sql.query(
        "SELECT c.relkind = 'p' AS parted FROM pg_catalog.pg_class AS c WHERE c.oid = pg_catalog.to_regclass($1)",
        [quoted],
      )
      if (found === undefined) continue
      const only = found['parted'] === 't' ? '' : 'ONLY '
      const [row] = await sql.query(`SELECT pg_catalog.count(*)::text AS rows FROM ${only}${quoted}`)
      const rows = Number(row?.['rows'])
      if (rows !== rowsLoaded) wrong.push({ name: `${schema}.${name}`, rows, rowsLoaded })
    } catch (thrown) {
      // A table whose rows we may not see (row security that binds its owner too) stays with the server's own count.
      const fault = asFault(thrown)
      if (fault.code !== 'E_SQL') throw fault
    }
  }
  return wrong
}
