import type { TableFact } from './types.ts'
import type { Readings } from './readings.ts'

/**
 * Large objects as one table, `pg_catalog.pg_largeobject`, counted by object. Their pages are hashed without trailing
 * zeros, and each object's length apart: a hole in a sparse object comes back as zeros. Null when there are none.
 */
export async function readLargeObjects(
  readings: Readings,
  major: number,
  fingerprint: boolean,
): Promise<TableFact | null> {
  const [count] = await readings.readAll('SELECT pg_catalog.count(*) AS rows FROM pg_catalog.pg_largeobject_metadata')
  const rows = count?.['rows'] ?? '0'
  if (rows === '0') return null
  const table: TableFact = {
    schema: 'pg_catalog',
    name: 'pg_largeobject',
    persistence: 'permanent',
    populated: true,
    rows,
    fingerprint: null,
    columns: fingerprint ? ['data', 'loid'] : [],
  }
  if (!fingerprint) return table
  const data = major >= 14 ? `pg_catalog.rtrim(page.data, '\\x00'::bytea)` : 'page.data'
  const reading = await readings.read(
    `SELECT (coalesce((SELECT pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(page.loid, ' ', page.pageno, ' ', ${data}) COLLATE pg_catalog."C", 0))
        FROM pg_catalog.pg_largeobject AS page WHERE pg_catalog.length(${data}) > 0), 0)
      + coalesce((SELECT pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(size.loid, ' ', size.bytes) COLLATE pg_catalog."C", 1)) FROM (
        SELECT p.loid, pg_catalog.max(p.pageno::bigint * 2048 + pg_catalog.length(p.data)) AS bytes
        FROM pg_catalog.pg_largeobject AS p GROUP BY p.loid) AS size), 0)) AS fingerprint`,
  )
  if ('unreadable' in reading) return { ...table, unreadable: reading.unreadable }
  return { ...table, fingerprint: reading.row['fingerprint'] ?? null }
}
