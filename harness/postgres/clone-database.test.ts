import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { dropDatabase } from './index.ts'

const hostile = `a "quoted"; DROP DATABASE template1; -- ' name`

describe.each([15, 17])('a clone of a database of %i', (major) => {
  let server: DisposableServer

  beforeAll(async () => {
    const need = { major, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
    server = await embeddedEngine().start(need, { signal: new AbortController().signal, progress: silentProgress })
    await server.createDatabase(hostile)
    await using session = await server.connect(hostile)
    await session.query('CREATE TABLE item AS SELECT g AS id FROM generate_series(1, 1000) AS g')
    await session.query('CREATE ROLE owning')
    const name = '"' + hostile.replaceAll('"', '""') + '"'
    await session.query(`ALTER DATABASE ${name} OWNER TO owning`)
    await session.query(`ALTER DATABASE ${name} SET search_path = nowhere, public`)
    await session.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`)
    await session.query(`COMMENT ON DATABASE ${name} IS 'goods'`)
  })

  afterAll(() => server[Symbol.asyncDispose]())

  test('is whole, with all that CREATE DATABASE leaves behind, under any name', async () => {
    await server.cloneDatabase(hostile, 'copy "1"')
    await using session = await server.connect('copy "1"')
    expect(await session.query('SELECT count(*) AS rows FROM item')).toEqual([{ rows: '1000' }])
    expect(await session.query('SHOW search_path')).toEqual([{ search_path: 'nowhere, public' }])
    const shape = `SELECT datdba::regrole::text, datacl::text, shobj_description(oid, 'pg_database')
      FROM pg_database WHERE datname = $1`
    expect(await session.query(shape, ['copy "1"'])).toEqual(await session.query(shape, [hostile]))
    await expect(session.query('DROP ROLE owning')).rejects.toMatchObject({ facts: { sqlstate: '2BP01' } })
  })

  test('is made while others work on the original: they are ended, and may come back', async () => {
    await using busy = await server.connect(hostile)
    const working = busy.query('SELECT pg_catalog.pg_sleep(60)').catch((error: unknown) => error)
    const again = new AbortController()
    const returning = comeBackUntil(again.signal)
    await server.cloneDatabase(hostile, 'copy 2')
    again.abort()
    expect(await working).toMatchObject({ code: 'E_ENGINE_CRASHED' })
    expect(await returning).toBeGreaterThan(0)
    await using session = await server.connect('copy 2')
    expect(await session.query('SELECT count(*) AS rows FROM item')).toEqual([{ rows: '1000' }])
  })

  test('takes nothing of the original along when it is changed and dropped', async () => {
    await server.cloneDatabase(hostile, 'copy 3')
    await using session = await server.connect('copy 3')
    await session.query('TRUNCATE item')
    await using admin = await server.connect('template1')
    await dropDatabase(admin, 'copy 3')
    await dropDatabase(admin, 'copy 3')
    await using original = await server.connect(hostile)
    expect(await original.query('SELECT count(*) AS rows FROM item')).toEqual([{ rows: '1000' }])
  })

  test('is refused where there is a database of that name, which stays as it is', async () => {
    await expect(server.cloneDatabase(hostile, 'template1')).rejects.toMatchObject({ facts: { sqlstate: '42P04' } })
    await expect(server.cloneDatabase('no such', 'other')).rejects.toMatchObject({ code: 'E_SQL' })
  })

  /** Sessions opened, one after the other, by somebody who always comes back. */
  async function comeBackUntil(signal: AbortSignal): Promise<number> {
    let sessions = 0
    while (!signal.aborted) {
      try {
        await using session = await server.connect(hostile)
        sessions += 1
        await session.query('SELECT pg_catalog.pg_sleep(0.05)')
      } catch {
        // Ended by the clone: on to the next.
      }
    }
    return sessions
  }
})
