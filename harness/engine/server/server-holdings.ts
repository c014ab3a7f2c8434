import type { SqlRunner } from '../../core/index.ts'
import type { Holdings } from '../holdings.ts'

/** 13 to 18. */
const versions = `
  SELECT name, pg_catalog.string_agg(version, ' ') AS versions FROM pg_catalog.pg_available_extension_versions GROUP BY name`
/** What the system had when the cluster was made; one that came later is found by asking for it, and is not looked for. */
const locales = `SELECT DISTINCT collcollate AS locale FROM pg_catalog.pg_collation WHERE collprovider = 'c'`

/** What a running server holds, by its catalogue. Reads alone. */
export async function serverHoldings(sql: SqlRunner, major: number): Promise<Holdings> {
  const extensions = await sql.query(versions)
  const collations = await sql.query(locales)
  return {
    major,
    extensions: new Map(extensions.map((row) => [row['name'] ?? '', (row['versions'] ?? '').split(' ')])),
    libcLocales: collations.flatMap(({ locale }) => locale ?? []),
    // A library shows only where a function is made of it.
    libraries: null,
  }
}
