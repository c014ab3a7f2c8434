import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { connect } from './connect.ts'
import type { Session } from './types.ts'

let server: DisposableServer
let session: Session

beforeAll(async () => {
  const need = { major: 15, extensions: [], plainBytes: 0, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
  session = await connect(server.address, 'postgres')
})

afterAll(async () => {
  await session?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text)
}

describe('a session', () => {
  it("hands every value over as the server's text", async () => {
    expect(await session.query('select 9007199254740993::bigint as big, null as none, true as yes')).toEqual([
      { big: '9007199254740993', none: null, yes: 't' },
    ])
  })

  it('counts the rows that the server took', async () => {
    await session.execute('create table counted (id int primary key, word text)')
    expect(await session.copyIn('copy counted from stdin;', chunks('1\ta\n2', '\tb\n', '3\tc\n'))).toEqual({
      ok: true,
      tag: 'COPY 3',
      rows: 3,
    })
    expect(await session.execute("insert into counted values (4, 'd'), (5, 'e')")).toMatchObject({ rows: 2 })
  })

  it('returns what the server refuses, and goes on', async () => {
    const refused = await session.execute('create table counted ()')
    expect(refused).toMatchObject({ ok: false, refusal: { code: '42P07' } })
    const twice = await session.copyIn('copy counted from stdin;', chunks('9\tz\n', '9\tz\n', 'x\n'.repeat(100_000)))
    expect(twice).toMatchObject({ ok: false, refusal: { code: '22P02' } })
    expect(await session.query('select count(*) as rows from counted')).toEqual([{ rows: '5' }])
  })

  it("sends bytes in the dump's own encoding", async () => {
    await session.execute('create table latin (word text)')
    await session.execute("set client_encoding = 'LATIN1'")
    await session.execute(Buffer.from("insert into latin values ('caf\xe9')", 'latin1'))
    await session.copyIn(
      'copy latin from stdin;',
      (async function* () {
        yield Buffer.from('na\xefve\n', 'latin1')
      })(),
    )
    await session.execute("set client_encoding = 'UTF8'")
    expect(await session.query('select word from latin order by word')).toEqual([{ word: 'café' }, { word: 'naïve' }])
  })

  it('ends the COPY and rethrows when the dump can not be read on', async () => {
    const broken = (async function* () {
      yield Buffer.from('7\tg\n')
      throw new Error('the file ended')
    })()
    await expect(session.copyIn('copy counted from stdin;', broken)).rejects.toThrow('the file ended')
    expect(await session.query('select count(*) as rows from counted')).toEqual([{ rows: '5' }])
  })

  it("is not stopped by a time limit that the dump's database or role brought along", async () => {
    await session.query('create database hurried')
    await session.query(`alter database hurried set statement_timeout = '1ms'`)
    await session.query(`alter role postgres in database hurried set lock_timeout = '1ms'`)
    await using hurried = await connect(server.address, 'hurried')
    expect(await hurried.query(`select 'done' as word from pg_sleep(0.05)`)).toEqual([{ word: 'done' }])
    expect(await hurried.query('show lock_timeout')).toEqual([{ lock_timeout: '0' }])
  })

  it('says that the server is gone instead of calling it a refusal', async () => {
    const victim = await connect(server.address, 'postgres')
    const [row] = await victim.query('select pg_backend_pid() as pid')
    await session.query(`select pg_terminate_backend(${row?.['pid']})`)
    await expect(victim.execute('select 1')).rejects.toMatchObject({ code: 'E_ENGINE_CRASHED' })
  })
})

describe('a database that lets nobody in', () => {
  it.each([
    `SET event_triggers = on`,
    `SET transaction_timeout = 1; ALTER DATABASE guarded SET idle_session_timeout = 1; ALTER DATABASE guarded SET event_triggers = on`,
  ])('is opened all the same: %s', async (setting) => {
    const need = { major: 17, extensions: [], plainBytes: 0, superuser: 'postgres' }
    await using guarded = await embeddedEngine().start(need, {
      signal: new AbortController().signal,
      progress: silentProgress,
    })
    await guarded.createDatabase('guarded')
    {
      await using before = await guarded.connect('guarded')
      await before.query(`CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        CREATE EVENT TRIGGER doorman ON login EXECUTE FUNCTION refuse(); ALTER DATABASE guarded ${setting}`)
    }
    await using inside = await guarded.connect('guarded')
    expect(await inside.query('SELECT pg_sleep(0.05), 1 AS one')).toMatchObject([{ one: '1' }])
    const { major: _, ...ofUnknownMajor } = guarded.address
    await expect(connect(ofUnknownMajor, 'guarded')).rejects.toMatchObject({ code: 'E_ENGINE_START' })
  })
})
