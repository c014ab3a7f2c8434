import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import { connect, type Session } from '../../postgres/index.ts'
import { compareStorage, countRows, crossCheckListing, hasStorage, ManifestIndex, readRows } from './index.ts'
import { download, emptyFolder, projectOf, putAway, serverFor, stock } from './testing/fixture.ts'
import { writeTables, type StorageServer } from '../../../fixtures/storage-server/index.ts'

let server: DisposableServer
let sql: Session
let storage: StorageServer

beforeAll(async () => {
  const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  sql = await connect(server.address, 'postgres')
})

afterAll(async () => {
  await sql?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await sql.query('DROP SCHEMA IF EXISTS storage CASCADE')
  storage = await serverFor({ sql })
  stock(storage)
  await writeTables(sql, storage.shelf)
})
afterEach(putAway)

async function rowsAgainst(folder: string): Promise<readonly string[]> {
  using index = await ManifestIndex.open(join(folder, 'storage-manifest.jsonl'))
  const rows = (await Array.fromAsync(readRows(sql))).flat()
  return index ? [...compareStorage(rows, index)].map(({ kind, bucket, name }) => `${kind}: ${bucket}/${name}`) : []
}

describe('a listing against storage.objects', () => {
  it('agrees where both are whole', async () => {
    const { rows, listed, ...missing } = await crossCheckListing(await projectOf(storage), sql)
    expect(missing).toEqual({ notListed: [], notInTable: [] })
    expect([rows, listed]).toEqual([23, 23])
  })

  it('names what is on one side alone', async () => {
    await sql.query("DELETE FROM storage.objects WHERE name = 'plain.txt'")
    storage.shelf.remove('avatars', 'parts.png')
    const check = await crossCheckListing(await projectOf(storage), sql)
    expect(check).toMatchObject({ notListed: ['avatars/parts.png'], notInTable: ['reports 2026/plain.txt'] })
  })
})

describe('rows of a database against the files of a backup', () => {
  it('agree, from the very rows that the API keeps', async () => {
    const folder = await emptyFolder()
    await download(storage, folder)
    expect(await rowsAgainst(folder)).toEqual([])
  })

  it('differ by name where a row has no file, a file no row, and where sizes or media types are others', async () => {
    const folder = await emptyFolder()
    await download(storage, folder)
    await sql.query("UPDATE storage.objects SET name = 'renamed.png' WHERE name = 'parts.png'")
    await sql.query(`UPDATE storage.objects SET metadata = metadata || '{"size": 1}' WHERE name = 'plain.txt'`)
    await sql.query(`UPDATE storage.objects SET metadata = metadata || '{"mimetype": "image/webp"}' WHERE name = 'CON'`)
    expect((await rowsAgainst(folder)).toSorted()).toEqual([
      'extra file: avatars/parts.png',
      'media type lost: reports 2026/CON',
      'missing file: avatars/renamed.png',
      'wrong size: reports 2026/plain.txt',
    ])
  })

  it('are read whole, in pages, and counted by bucket', async () => {
    await sql.query(`INSERT INTO storage.objects (bucket_id, name, metadata)
      SELECT 'empty', 'n' || i, '{"size": 2}' FROM generate_series(1, 4500) AS i`)
    const rows = (await Array.fromAsync(readRows(sql))).flat()
    expect(new Set(rows.map(({ bucket, name }) => `${bucket}/${name}`)).size).toBe(4_523)
    expect(await countRows(sql)).toContainEqual({ bucket: 'empty', objects: 4_500, bytes: 9_000 })
  })

  it('are not asked for where there is no such table', async () => {
    expect(await hasStorage(sql)).toBe(true)
    await sql.query('DROP SCHEMA storage CASCADE')
    expect(await hasStorage(sql)).toBe(false)
  })
})
