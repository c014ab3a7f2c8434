import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { narrowRows, type NarrowedRows, type NarrowOptions } from './index.ts'

let server: DisposableServer

const made = `CREATE TABLE t (id integer, part text, a text, PRIMARY KEY (id, part));
  INSERT INTO t SELECT i, 'p' || i % 3, md5(i::text) FROM generate_series(1, 20000) i;
  CREATE TABLE keyless (a text, n integer);
  INSERT INTO keyless SELECT 'secret ' || i, i % 100 FROM generate_series(1, 3000) i`

beforeAll(async () => {
  server = await embeddedEngine().start(
    { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' },
    { signal: new AbortController().signal, progress: silentProgress },
  )
  await server.createDatabase('first')
  await using session = await server.connect('first')
  await session.query(made)
})
afterAll(() => server[Symbol.asyncDispose]())

/** Of a copy of the first database that a statement changed. */
async function narrowed(change: string, name = 't', options?: NarrowOptions): Promise<NarrowedRows> {
  const admin = await server.connect('postgres')
  await admin.query('CREATE DATABASE second TEMPLATE first')
  try {
    await using first = await server.connect('first')
    await using second = await server.connect('second')
    await second.query(change)
    const found = await narrowRows(first, second, { schema: 'public', name }, options)
    if ('unreadable' in found) throw new Error(found.unreadable)
    return found
  } finally {
    await admin.query('DROP DATABASE second WITH (FORCE)')
    await admin[Symbol.asyncDispose]()
  }
}

describe('rows that differ are counted, and told by the hash of their key', () => {
  it.each([
    ['one changed', `UPDATE t SET a = 'x' WHERE id = 77`, { changed: 1, missing: 0, added: 0 }],
    ['one gone', 'DELETE FROM t WHERE id = 77', { changed: 0, missing: 1, added: 0 }],
    ['one more', `INSERT INTO t VALUES (77, 'new', 'x')`, { changed: 0, missing: 0, added: 1 }],
    ['a changed key', `UPDATE t SET part = 'new' WHERE id = 77`, { changed: 0, missing: 1, added: 1 }],
    [
      'values exchanged between two rows',
      `UPDATE t SET a = md5((CASE id WHEN 77 THEN 78 ELSE 77 END)::text) WHERE id IN (77, 78)`,
      { changed: 2, missing: 0, added: 0 },
    ],
    [
      'fifteen of each',
      `DELETE FROM t WHERE id <= 15; UPDATE t SET a = NULL WHERE id > 19985`,
      { changed: 15, missing: 15, added: 0 },
    ],
  ])('%s', async (_, change, expected) => {
    const found = await narrowed(change)
    expect(found).toMatchObject({ by: 'primary key', isComplete: true, ...expected })
    expect(found.keys).toHaveLength(Math.min(20, expected.changed + expected.missing + expected.added))
    expect(found.keys.every((key) => /^[0-9a-f]{16}$/.test(key))).toBe(true)
  })

  it('without a primary key, by the whole row, and one that is there twice', async () => {
    const found = await narrowed(
      `UPDATE keyless SET n = -1 WHERE a = 'secret 7'; INSERT INTO keyless SELECT * FROM keyless WHERE a = 'secret 8'`,
      'keyless',
    )
    expect(found).toMatchObject({ by: 'row', changed: 0, missing: 1, added: 2, isComplete: true })
    expect(JSON.stringify(found)).not.toContain('secret')
  })

  it('where all differ: at least so many, and no more is fetched', async () => {
    const found = await narrowed('UPDATE t SET a = NULL', 't', { mostBuckets: 4, mostKeys: 3 })
    expect(found.isComplete).toBe(false)
    expect(found.changed).toBeGreaterThan(100)
    expect(found.changed).toBeLessThan(4_000)
    expect(found.keys).toHaveLength(3)
  })

  it('none where none differ, whatever their physical order and the columns that were dropped', async () => {
    const rewritten = `CREATE TABLE u AS SELECT * FROM t ORDER BY a; TRUNCATE t; ALTER TABLE t ADD gone integer;
      ALTER TABLE t DROP gone; INSERT INTO t SELECT * FROM u`
    expect(await narrowed(rewritten)).toMatchObject({ changed: 0, missing: 0, added: 0, keys: [], isComplete: true })
  })

  it('over the columns of both, where one side has another', async () => {
    expect(await narrowed(`ALTER TABLE t ADD more text; UPDATE t SET a = 'x' WHERE id = 1`)).toMatchObject({
      changed: 1,
    })
  })

  it('not at all where the table is on one side only', async () => {
    await expect(narrowed('DROP TABLE t')).rejects.toThrow('not in both')
  })
})
