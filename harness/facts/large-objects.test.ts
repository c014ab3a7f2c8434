import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import type { Session } from '../postgres/index.ts'
import { observe } from './index.ts'

let server: DisposableServer
let session: Session

beforeAll(async () => {
  server = await embeddedEngine().start(
    { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' },
    { signal: new AbortController().signal, progress: silentProgress },
  )
  await server.createDatabase('objects')
  session = await server.connect('objects')
  await session.query(`CREATE ROLE reader; CREATE ROLE writer;
    SELECT lo_from_bytea(oid, decode(repeat(md5(oid::text), 1 + oid % 20), 'hex')) FROM generate_series(100001, 101000) oid;
    GRANT SELECT ON LARGE OBJECT 100001, 100002 TO reader;
    ALTER LARGE OBJECT 100003 OWNER TO writer;
    COMMENT ON LARGE OBJECT 100004 IS 'a scan'`)
})
afterAll(async () => {
  await session[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

interface LargeObjects {
  readonly rows: string | undefined
  readonly fingerprint: string | null | undefined
  readonly properties: Readonly<Record<string, string | null>> | undefined
}

async function after(change: string): Promise<LargeObjects> {
  await session.query('BEGIN')
  try {
    await session.query(change)
    const { tables, objects } = await observe(session, { source: 'restored', fingerprint: true })
    const table = tables.find(({ name }) => name === 'pg_largeobject')
    const { properties } = objects.find(({ kind }) => kind === 'large object') ?? {}
    return { rows: table?.rows, fingerprint: table?.fingerprint, properties }
  } finally {
    await session.query('ROLLBACK')
  }
}

describe('of a thousand large objects, one change is seen', () => {
  it.each([
    ['in a byte of one', 'SELECT lo_put(100500, 7, $$!$$)', ['fingerprint']],
    ['in the length of one', 'SELECT lo_put(100500, 5000, $$\\x00$$)', ['fingerprint']],
    ['one less', 'SELECT lo_unlink(100500)', ['rows', 'fingerprint', 'count', 'owners', 'privileges']],
    ['an empty one more', 'SELECT lo_create(7)', ['rows', 'count', 'owners', 'privileges']],
    ['one under another number', 'UPDATE pg_largeobject SET loid = 7 WHERE loid = 100500', ['fingerprint']],
    ['a right more', 'GRANT SELECT ON LARGE OBJECT 100500 TO reader', ['privileges']],
    ['a right less', 'REVOKE SELECT ON LARGE OBJECT 100002 FROM reader', ['privileges']],
    [
      'a right of another object',
      'REVOKE ALL ON LARGE OBJECT 100002 FROM reader; GRANT SELECT ON LARGE OBJECT 100006 TO reader',
      ['privileges'],
    ],
    ['another owner', 'ALTER LARGE OBJECT 100500 OWNER TO writer', ['owners', 'privileges']],
    ['another comment', `COMMENT ON LARGE OBJECT 100004 IS 'a film'`, ['comments']],
  ])('%s', async (_, change, expected) => {
    const before = await after('SELECT 1')
    const changed = await after(change)
    const flat = ({ properties, ...rest }: LargeObjects): Record<string, unknown> => ({ ...rest, ...properties })
    const [a, b] = [flat(before), flat(changed)]
    expect(before).toMatchObject({ rows: '1000', properties: { count: '1000' } })
    expect(Object.keys(a).filter((name) => a[name] !== b[name])).toEqual(expected)
  })

  it('and none where rights are spelled otherwise, or granted and taken back', async () => {
    const before = await after('SELECT 1')
    const spelled = 'GRANT SELECT, UPDATE ON LARGE OBJECT 100500 TO postgres'
    expect(await after(spelled)).toEqual(before)
    const back = 'GRANT ALL ON LARGE OBJECT 100500 TO writer; REVOKE ALL ON LARGE OBJECT 100500 FROM writer'
    expect(await after(back)).toEqual(before)
  })
})

describe('whoever owns the objects, without rights to the catalogue that holds them', () => {
  beforeAll(() =>
    session.query(`CREATE ROLE owner; GRANT CREATE ON DATABASE objects TO owner; SELECT lo_create(99999);
    DO $$ DECLARE object oid; BEGIN FOR object IN SELECT oid FROM pg_largeobject_metadata LOOP
      EXECUTE format('ALTER LARGE OBJECT %s OWNER TO owner', object); END LOOP; END $$`),
  )

  it('reads the same of holes, empty objects and pages', async () => {
    const sparse = `SELECT lo_put(100500, 9000, $$\\xff00$$), lo_put(100501, 70000, $$\\x0000$$)`
    const whole = await after(sparse)
    const own = await after(`${sparse}; SET LOCAL ROLE owner`)
    expect(own).toMatchObject({ rows: '1001', fingerprint: expect.stringMatching(/^-?\d+$/) })
    expect(own.fingerprint).toBe(whole.fingerprint)
    expect((await after('SET LOCAL ROLE owner')).fingerprint).not.toBe(whole.fingerprint)
  })

  it('says which object is not theirs', async () => {
    await session.query('BEGIN; ALTER LARGE OBJECT 100500 OWNER TO writer; SET LOCAL ROLE owner')
    const { tables } = await observe(session, { source: 'restored', fingerprint: true })
    await session.query('ROLLBACK')
    expect(tables.find(({ name }) => name === 'pg_largeobject')).toMatchObject({
      rows: '1001',
      fingerprint: null,
      unreadable: expect.stringContaining('permission denied for large object 100500'),
    })
  })
})
