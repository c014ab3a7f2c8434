import type { SqlRunner } from '../../core/index.ts'
import { bareEtag } from './etag.ts'
import type { ObjectFacts } from './types.ts'

/* Checked on 15 and 17. A page at a time by key, so that a million rows need no more memory than a thousand. */
const pageOfObjects = `
  SELECT o.bucket_id AS bucket, o.name AS name,
         o.metadata OPERATOR(pg_catalog.->>) 'size' AS bytes,
         o.metadata OPERATOR(pg_catalog.->>) 'eTag' AS etag,
         o.metadata OPERATOR(pg_catalog.->>) 'mimetype' AS mimetype,
         o.metadata OPERATOR(pg_catalog.->>) 'cacheControl' AS cache_control,
         pg_catalog.to_char(pg_catalog.timezone('UTC', o.updated_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS updated_at
    FROM storage.objects AS o
   WHERE (o.bucket_id COLLATE "C", o.name COLLATE "C") > ($1::text COLLATE "C", $2::text COLLATE "C")
   ORDER BY o.bucket_id COLLATE "C", o.name COLLATE "C"
   LIMIT 2000`

const countByBucket = `
  SELECT o.bucket_id AS bucket, pg_catalog.count(*) AS objects,
         pg_catalog.sum((o.metadata OPERATOR(pg_catalog.->>) 'size')::numeric) AS bytes
    FROM storage.objects AS o GROUP BY o.bucket_id ORDER BY o.bucket_id COLLATE "C"`

/** Whether the database has the table at all. */
export async function hasStorage(sql: SqlRunner): Promise<boolean> {
  const [row] = await sql.query(`SELECT pg_catalog.to_regclass('storage.objects') IS NOT NULL AS there`)
  return row?.['there'] === 't'
}

export interface CountedRows {
  readonly bucket: string
  readonly objects: number
  readonly bytes: number
}

export async function countRows(sql: SqlRunner): Promise<readonly CountedRows[]> {
  const rows = await sql.query(countByBucket)
  return rows.map(({ bucket, objects, bytes }) => ({
    bucket: bucket ?? '',
    objects: Number(objects),
    bytes: Number(bytes ?? 0),
  }))
}

/** The rows of `storage.objects`, a page at a time. */
export async function* readRows(sql: SqlRunner): AsyncGenerator<readonly ObjectFacts[]> {
  for (let after: readonly [string, string] = ['', '']; ;) {
    const rows = await sql.query(pageOfObjects, after)
    const facts = rows.map(toFacts)
    const last = facts.at(-1)
    if (!last) return
    yield facts
    after = [last.bucket, last.name]
  }
}

function toFacts(row: Readonly<Record<string, string | null>>): ObjectFacts {
  const { bucket, name, bytes, etag, mimetype, cache_control: cacheControl, updated_at: updatedAt } = row
  return {
    bucket: bucket ?? '',
    name: name ?? '',
    bytes: bytes === null || bytes === undefined ? null : Number(bytes),
    etag: bareEtag(etag),
    mimetype: mimetype ?? null,
    cacheControl: cacheControl ?? null,
    updatedAt: updatedAt ?? null,
  }
}
