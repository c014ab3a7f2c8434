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
  const inCatalogue = await readings.read(fingerprintOf(pagesOfCatalogue(major)))
  // The catalogue is for superusers; an object is for whom it belongs to. 13 can't trim pages, and would hash others.
  const reading =
    'unreadable' in inCatalogue && major >= 14 ? await readings.read(fingerprintOf(pagesByObject)) : inCatalogue
  if ('unreadable' in reading) return { ...table, unreadable: reading.unreadable }
  return { ...table, fingerprint: reading.row['fingerprint'] ?? null }
}

/** `WITH` queries: `sizes` (loid, bytes) of the objects that hold any, and `pages` (loid, pageno, data), trimmed. */
function fingerprintOf(sources: string): string {
  return `WITH ${sources}
    SELECT (coalesce((SELECT pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(page.loid, ' ', page.pageno, ' ', page.data) COLLATE pg_catalog."C", 0))
        FROM pages AS page WHERE pg_catalog.length(page.data) > 0), 0)
      + coalesce((SELECT pg_catalog.sum(pg_catalog.hashtextextended(pg_catalog.concat(size.loid, ' ', size.bytes) COLLATE pg_catalog."C", 1))
        FROM sizes AS size), 0)) AS fingerprint`
}

function pagesOfCatalogue(major: number): string {
  const data = major >= 14 ? trimmed('p.data') : 'p.data'
  return `pages AS NOT MATERIALIZED (SELECT p.loid, p.pageno, ${data} AS data FROM pg_catalog.pg_largeobject AS p),
    sizes AS (SELECT p.loid, pg_catalog.max(p.pageno::bigint * 2048 + pg_catalog.length(p.data)) AS bytes
      FROM pg_catalog.pg_largeobject AS p GROUP BY p.loid)`
}

/** The same through the functions that check each object's own privileges: slower, a call a page (LOBLKSIZE, 2 KiB). */
const pagesByObject = `
  sizes AS MATERIALIZED (SELECT object.oid AS loid, size.bytes FROM pg_catalog.pg_largeobject_metadata AS object
    CROSS JOIN LATERAL (SELECT pg_catalog.lo_lseek64(opened.fd, 0, 2) AS bytes, pg_catalog.lo_close(opened.fd) AS closed
      FROM (SELECT pg_catalog.lo_open(object.oid, 262144) AS fd OFFSET 0) AS opened OFFSET 0) AS size
    WHERE size.bytes > 0),
  pages AS NOT MATERIALIZED (SELECT size.loid, page.no AS pageno,
      ${trimmed('pg_catalog.lo_get(size.loid, page.no * 2048, 2048)')} AS data
    FROM sizes AS size CROSS JOIN LATERAL pg_catalog.generate_series(0, (size.bytes - 1) / 2048) AS page(no) OFFSET 0)`

function trimmed(bytes: string): string {
  return `pg_catalog.rtrim(${bytes}, '\\x00'::bytea)`
}
