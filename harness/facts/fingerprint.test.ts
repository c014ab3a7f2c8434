import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import type { Session } from '../postgres/index.ts'
import { observe, readTableFact, type TableFact } from './index.ts'

let server: DisposableServer
let session: Session

beforeAll(async () => {
  server = await embeddedEngine().start(
    { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' },
    { signal: new AbortController().signal, progress: silentProgress },
  )
  await server.createDatabase('rows')
  session = await server.connect('rows')
})
afterAll(async () => {
  await session[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

/** The fact of table `t` that the statements make, which are undone afterwards. */
async function tableAfter(...statements: readonly string[]): Promise<TableFact> {
  await session.query('BEGIN')
  try {
    for (const statement of statements) await session.query(statement)
    const table = await readTableFact(session, { schema: 'public', name: 't' })
    if (!table) throw new Error('no table t')
    return table
  } finally {
    await session.query('ROLLBACK')
  }
}

const table = `CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TABLE t (id integer, a text, b text, n numeric, f float8, i interval, j jsonb, m mood, k json, p point, x xml, c char(4))`
const rows = `INSERT INTO t VALUES
  (1, 'a', 'b', 1.50, 0.1, '24:00', '1', 'ok', '{"a":1}', '(1,2)', '<a/>', 'x'),
  (2, 'c', 'd', 2, 0.0, '1 day', '{"a": 1}', 'sad', '1', NULL, NULL, NULL), (3, NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`

describe('a fingerprint tells apart', () => {
  const changes: readonly (readonly [string, string])[] = [
    ['a text that differs in one character', `UPDATE t SET a = 'A' WHERE id = 1`],
    ['an integer that differs by one', 'UPDATE t SET id = 4 WHERE id = 3'],
    ['the last bit of a float', 'UPDATE t SET f = 0.10000000000000002 WHERE id = 1'],
    ['NULL and the empty string', `UPDATE t SET a = '' WHERE id = 3`],
    ['the empty string and NULL', 'UPDATE t SET b = NULL WHERE id = 3'],
    ['NULL and any text that might stand for it', `UPDATE t SET a = '.' WHERE id = 3`],
    ['NULL and a control character', `UPDATE t SET a = E'\\x01' WHERE id = 3`],
    ['a value moved to the next column', 'UPDATE t SET a = b, b = a WHERE id = 1'],
    [
      "one column's values exchanged between two rows",
      `UPDATE t SET a = CASE id WHEN 1 THEN 'c' ELSE 'a' END WHERE id < 3`,
    ],
    ['a row replaced by a copy of another', 'DELETE FROM t WHERE id = 1; INSERT INTO t SELECT * FROM t WHERE id = 2'],
    ['a pair of rows and another pair', 'UPDATE t SET id = 2, a = NULL'],
    ['1.50 and 1.5', 'UPDATE t SET n = 1.5 WHERE id = 1'],
    ['0.0 and -0.0', `UPDATE t SET f = '-0.0' WHERE id = 2`],
    ['24 hours and a day', `UPDATE t SET i = '1 day' WHERE id = 1`],
    ['1 and 1.0 in jsonb', `UPDATE t SET j = '1.0' WHERE id = 1`],
    ['an enum value and another', `UPDATE t SET m = 'sad' WHERE id = 1`],
    ['two spellings of one json', `UPDATE t SET k = '{"a": 1}' WHERE id = 1`],
    ['points', `UPDATE t SET p = '(1,3)' WHERE id = 1`],
    ['xml', `UPDATE t SET x = '<b/>' WHERE id = 1`],
  ]
  it.each(changes)('%s', async (_, change) => {
    const before = await tableAfter(table, rows)
    const after = await tableAfter(table, rows, change)
    expect(after.fingerprint).not.toBe(before.fingerprint)
  })

  it('a row that is there two times more, even if an XOR would not', async () => {
    const before = await tableAfter(table, rows)
    const after = await tableAfter(table, rows, 'INSERT INTO t SELECT t.* FROM t, generate_series(1, 2) WHERE id = 1')
    expect(after).not.toMatchObject({ rows: before.rows, fingerprint: before.fingerprint })
    expect(after.fingerprint).not.toBe(before.fingerprint)
  })

  it('cases, under a collation that takes them for equal', async () => {
    const collated = `CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE t (v text COLLATE blind)`
    const lower = await tableAfter(collated, `INSERT INTO t VALUES ('a')`)
    const upper = await tableAfter(collated, `INSERT INTO t VALUES ('A')`)
    expect(upper.fingerprint).not.toBe(lower.fingerprint)
  })

  it.each([
    ['another partition', 'UPDATE parted SET k = 2 WHERE k = 1'],
    ['another table', 'WITH moved AS (DELETE FROM one RETURNING k) INSERT INTO two SELECT k FROM moved'],
    ['the parent', 'WITH moved AS (DELETE FROM heir RETURNING k) INSERT INTO family SELECT k FROM moved'],
  ])('a row that moved to %s', async (_, move) => {
    const made = `CREATE TABLE parted (k integer) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF parted FOR VALUES IN (1);
      CREATE TABLE p2 PARTITION OF parted FOR VALUES IN (2); INSERT INTO parted VALUES (1);
      CREATE TABLE one (k integer); CREATE TABLE two (k integer); INSERT INTO one VALUES (1);
      CREATE TABLE family (k integer); CREATE TABLE heir () INHERITS (family); INSERT INTO heir VALUES (1)`
    await session.query(`BEGIN; ${made}`)
    try {
      const before = await observe(session, { source: 'restored', fingerprint: true })
      await session.query(`SET LOCAL search_path = public; ${move}`)
      const after = await observe(session, { source: 'restored', fingerprint: true })
      const changed = after.tables.filter(({ fingerprint }, index) => fingerprint !== before.tables[index]?.fingerprint)
      expect(changed.map(({ rows }) => rows).toSorted()).toEqual(['0', '1'])
    } finally {
      await session.query('ROLLBACK')
    }
  })

  it('300 random exchanges of values between rows, each of them', async () => {
    await session.query(
      'CREATE TABLE t AS SELECT i AS id, md5(i::text) AS a, md5((-i)::text) AS b FROM generate_series(1, 40) i',
    )
    try {
      const { fingerprint } = await tableAfter('SELECT 1')
      const missed: string[] = []
      for (let exchange = 0; exchange < 300; exchange += 1) {
        const one = 1 + (exchange % 40)
        const two = 1 + ((one + 2 * Math.floor(exchange / 40)) % 40)
        const exchanged = await tableAfter(
          `UPDATE t SET a = (SELECT o.a FROM t AS o WHERE o.id = CASE t.id WHEN ${one} THEN ${two} ELSE ${one} END) WHERE id IN (${one}, ${two})`,
        )
        if (exchanged.fingerprint === fingerprint) missed.push(`${one} and ${two}`)
      }
      expect(missed).toEqual([])
    } finally {
      await session.query('DROP TABLE t')
    }
  })
})

describe('a fingerprint does not depend on', () => {
  it('the order of rows, nor of columns, nor on columns that were dropped', async () => {
    const before = await tableAfter('CREATE TABLE t (a integer, b text)', `INSERT INTO t VALUES (1, 'x'), (2, 'y')`)
    const after = await tableAfter(
      'CREATE TABLE t (gone integer, b text, a integer)',
      'ALTER TABLE t DROP COLUMN gone',
      `INSERT INTO t VALUES ('y', 2), ('x', 1)`,
    )
    expect(after).toEqual(before)
  })

  it('OIDs: an enum made anew has others', async () => {
    const made = [`CREATE TYPE mood AS ENUM ('sad', 'ok')`, `CREATE TABLE t (m mood)`, `INSERT INTO t VALUES ('ok')`]
    expect((await tableAfter(...made)).fingerprint).toBe((await tableAfter(...made)).fingerprint)
  })

  it('a cast to text that somebody made, which may lie', async () => {
    const made = [`CREATE TYPE mood AS ENUM ('sad', 'ok')`, `CREATE TABLE t (m mood)`]
    const lie = [
      `CREATE FUNCTION same(mood) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'same'::text $$`,
      'CREATE CAST (mood AS text) WITH FUNCTION same(mood)',
    ]
    const ok = await tableAfter(...made, `INSERT INTO t VALUES ('ok')`)
    const okWithCast = await tableAfter(...made, ...lie, `INSERT INTO t VALUES ('ok')`)
    const sadWithCast = await tableAfter(...made, ...lie, `INSERT INTO t VALUES ('sad')`)
    expect(okWithCast.fingerprint).toBe(ok.fingerprint)
    expect(sadWithCast.fingerprint).not.toBe(ok.fingerprint)
  })

  it.each([
    'extra_float_digits = 0',
    `TimeZone = 'Asia/Tokyo'`,
    `DateStyle = 'SQL, DMY'`,
    'IntervalStyle = iso_8601',
    'bytea_output = escape',
    'quote_all_identifiers = on',
  ])('the setting %s of the database', async (setting) => {
    const made = [
      'CREATE TABLE t (f float8, z timestamptz, i interval, y bytea, r regclass)',
      `INSERT INTO t VALUES (0.1 + 0.2, '2026-03-01 12:00+00', '1 day 2 hours', '\\x00ff', 't')`,
    ]
    const plain = await tableAfter(...made)
    const [name] = setting.split(' = ')
    await session.query(`SET ${setting}`)
    try {
      expect((await tableAfter(...made)).fingerprint).toBe(plain.fingerprint)
    } finally {
      await session.query(`RESET ${name}`)
    }
  })
})

describe('a fingerprint can be taken of', () => {
  it('a table of 1,600 columns, and sees a change in the last', async () => {
    const columns = Array.from({ length: 1600 }, (_, index) => `c${index} smallint`).join(', ')
    const before = await tableAfter(`CREATE TABLE t (${columns})`, 'INSERT INTO t (c0, c1599) VALUES (1, 1), (2, 2)')
    const after = await tableAfter(`CREATE TABLE t (${columns})`, 'INSERT INTO t (c0, c1599) VALUES (1, 2), (2, 1)')
    expect(before.columns).toHaveLength(1600)
    expect(after.fingerprint).not.toBe(before.fingerprint)
  })

  it('a table without columns, and an empty one', async () => {
    expect(await tableAfter('CREATE TABLE t ()', 'INSERT INTO t DEFAULT VALUES')).toMatchObject({
      rows: '1',
      columns: [],
    })
    expect(await tableAfter('CREATE TABLE t (a text)')).toMatchObject({ rows: '0', fingerprint: '0' })
  })

  it('a composite whose fields are all NULL, apart from NULL', async () => {
    const made = 'CREATE TYPE pair AS (a integer, b integer); CREATE TABLE t (p pair)'
    const row = await tableAfter(made, 'INSERT INTO t VALUES (ROW (NULL, NULL)::pair)')
    const none = await tableAfter(made, 'INSERT INTO t VALUES (NULL)')
    expect(row.fingerprint).not.toBe(none.fingerprint)
  })

  it('names that need quotes', async () => {
    const odd = await tableAfter('CREATE TABLE t ("a""b; --" text, "%s" integer)', `INSERT INTO t VALUES ('x', 1)`)
    expect(odd).toMatchObject({ rows: '1', columns: ['%s', 'a"b; --'] })
  })

  it('a table apart from its children', async () => {
    const parent = await tableAfter(
      'CREATE TABLE t (a integer)',
      'CREATE TABLE child () INHERITS (t)',
      'INSERT INTO t VALUES (1)',
      'INSERT INTO child VALUES (2)',
    )
    expect(parent.rows).toBe('1')
  })

  it('large objects: their number, bytes and holes', async () => {
    const largeObjects = async (...statements: readonly string[]): Promise<TableFact | undefined> => {
      await session.query('BEGIN')
      try {
        for (const statement of statements) await session.query(statement)
        const facts = await observe(session, { source: 'restored', fingerprint: true })
        return facts.tables.find(({ name }) => name === 'pg_largeobject')
      } finally {
        await session.query('ROLLBACK')
      }
    }
    const one = await largeObjects(`SELECT lo_from_bytea(77, 'abc')`)
    const other = await largeObjects(`SELECT lo_from_bytea(77, 'abd')`)
    const sparse = await largeObjects(`SELECT lo_create(77)`, `SELECT lo_put(77, 5000, 'x')`)
    const filled = await largeObjects(`SELECT lo_from_bytea(77, decode(repeat('00', 5000), 'hex') || 'x'::bytea)`)
    expect(one).toMatchObject({ rows: '1' })
    expect(other?.fingerprint).not.toBe(one?.fingerprint)
    expect(filled?.fingerprint).toBe(sparse?.fingerprint)
    expect(await largeObjects('SELECT 1')).toBeUndefined()
  })
})
