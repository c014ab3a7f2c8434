import type { ManagementApi } from './client.ts'
import { askReadOnly, wholeNumber } from './read-only-query.ts'
import type { Answer, PlatformSizes } from './types.ts'

/* Checked on 15 and 17. */
const databaseQuery = `SELECT pg_catalog.pg_database_size(d.oid)::pg_catalog.text AS bytes,
  (pg_catalog.to_regclass('storage.objects') IS NOT NULL)::pg_catalog.text AS has_storage
FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()`

/* A metadata of null is a folder's, or of what was never uploaded to its end. */
const storageQuery = `SELECT pg_catalog.count(*)::pg_catalog.text AS objects,
  coalesce(pg_catalog.sum((o.metadata ->> 'size')::pg_catalog.int8), 0)::pg_catalog.text AS bytes
FROM storage.objects AS o`

/** How large the database and its Storage are: what a backup of them would pull. */
export async function readSizes(api: ManagementApi): Promise<Answer<PlatformSizes>> {
  const database = await askReadOnly(api, databaseQuery)
  if (database.kind !== 'answered') return database
  const [row] = database.value
  const databaseBytes = wholeNumber(row?.['bytes'])
  if (databaseBytes === null) return unread
  if (String(row?.['has_storage']) !== 'true') return answered(databaseBytes, null)
  const storage = await askReadOnly(api, storageQuery)
  if (storage.kind !== 'answered') return storage
  const [bytes, objects] = [storage.value[0]?.['bytes'], storage.value[0]?.['objects']].map(wholeNumber)
  if (bytes === null || bytes === undefined || objects === null || objects === undefined) return unread
  return answered(databaseBytes, { bytes: Number(bytes), objects: Number(objects) })
}

function answered(bytes: bigint, storage: PlatformSizes['storage']): Answer<PlatformSizes> {
  return { kind: 'answered', value: { databaseBytes: Number(bytes), storage } }
}

const unread = {
  kind: 'failed',
  why: 'the platform’s answer about the query holds no size',
  hint: 'a newer rehearse may know the answer',
} as const
