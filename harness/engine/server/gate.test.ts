import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine } from '../embedded/embedded-engine.ts'
import type { DisposableServer } from '../types.ts'
import { gate } from './gate.ts'
import { Household } from './household.ts'
import { lookAtServer } from './look-at-server.ts'

let server: DisposableServer
let household: Household
let shop: string
const withheld = {
  roles: new Map<string, Record<string, string>>(),
  grantsOnDatabase: new Set<string>(),
  leftToPlatform: new Set<string>(),
}

beforeAll(async () => {
  const { signal } = new AbortController()
  const need = { major: 17, extensions: [], plainBytes: 1_000_000, superuser: 'postgres' }
  server = await embeddedEngine().start(need, { signal, progress: silentProgress })
  const session = await server.connect('postgres')
  await session.query('CREATE ROLE reader; CREATE ROLE platform_admin')
  await session.query('CREATE DATABASE theirs')
  household = await Household.open(session, {
    run: randomBytes(6).toString('hex'),
    state: await lookAtServer(session),
    signal,
    enter: (database) => server.connect(database),
    platformRoles: new Set(['platform_admin', 'platform_api']),
  })
  for (const role of ['app', 'platform_api'])
    expect(await gate(`CREATE ROLE ${role}`, household, withheld)).toMatchObject({ ok: true })
  expect(await gate('CREATE DATABASE "Shop" WITH TEMPLATE = template1', household, withheld)).toMatchObject({
    ok: true,
  })
  shop = household.realName('Shop') ?? ''
})
afterAll(async () => {
  expect(await household.dropAll()).toEqual([])
  await household.close()
  await server[Symbol.asyncDispose]()
})

describe('the gate lets pass', () => {
  test.each([
    'CREATE TABLE public.role (database text)',
    'CREATE USER MAPPING FOR app SERVER s',
    'ALTER TABLE t OWNER TO reader',
    'GRANT SELECT ON TABLE public.t TO reader',
    "COMMENT ON TABLE t IS 'ALTER ROLE reader'",
    "ALTER ROLE app SET work_mem = '1MB'",
    "COMMENT ON ROLE app IS 'x'",
    'COPY public.t FROM stdin',
    "INSERT INTO t VALUES ('GRANT reader TO app; DROP DATABASE theirs')",
    'CREATE SUBSCRIPTION s CONNECTION $$host=x$$ PUBLICATION p WITH (connect = false)',
    'CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ ALTER ROLE reader SUPERUSER; $$',
    "SET default_tablespace = ''",
    'GRANT SELECT ON t TO app; GRANT USAGE ON SCHEMA s TO reader',
  ])('%s', async (text) => {
    expect(await gate(text, household, withheld)).toBe('pass')
  })
})

describe('the gate says in other words', () => {
  test.each([
    ['ALTER DATABASE "Shop" OWNER TO app', () => `ALTER DATABASE "${shop}" OWNER TO app`],
    ['COMMENT ON DATABASE "Shop" IS \'x\'', () => `COMMENT ON DATABASE "${shop}" IS 'x'`],
    ['GRANT CONNECT ON DATABASE "Shop" TO app', () => `GRANT CONNECT ON DATABASE "${shop}" TO app`],
    [
      'ALTER ROLE app IN DATABASE "Shop" SET work_mem = 1',
      () => `ALTER ROLE app IN DATABASE "${shop}" SET work_mem = 1`,
    ],
    ['GRANT app TO app WITH ADMIN OPTION GRANTED BY postgres', () => 'GRANT app TO app WITH ADMIN OPTION '],
  ])('%s', async (text, instead) => {
    expect(await gate(text, household, withheld)).toEqual({ instead: instead() })
  })
})

describe('the gate holds back', () => {
  test.each([
    'ALTER DATABASE shop SET work_mem = 1',
    'ALTER DATABASE "Shop" RENAME TO theirs2',
    'ALTER DATABASE theirs OWNER TO app',
    'COMMENT ON DATABASE theirs IS NULL',
    'CREATE DATABASE x TEMPLATE theirs',
    "CREATE DATABASE x WITH TEMPLATE = 'theirs'",
    'GRANT CONNECT ON DATABASE theirs TO app',
    'GRANT CONNECT ON DATABASE "Shop", theirs TO app',
    'GRANT reader TO app',
    'GRANT app TO reader',
    'GRANT app, reader TO app',
    'GRANT pg_read_all_data TO app',
    'GRANT platform_admin TO app',
    'GRANT reader TO platform_api',
    'REVOKE reader FROM app',
    'ALTER ROLE reader SET work_mem = 1',
    'ALTER USER reader RENAME TO app2',
    'ALTER ROLE ALL RESET ALL',
    'ALTER GROUP reader ADD USER app',
    'CREATE ROLE more IN ROLE reader',
    'REASSIGN OWNED BY reader TO app',
    'ALTER SYSTEM RESET ALL',
    "LOAD 'x'",
    "COPY t FROM '/etc/passwd'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "SECURITY LABEL ON ROLE reader IS 'x'",
    'CREATE SUBSCRIPTION s CONNECTION $$host=x$$ PUBLICATION p',
    'ALTER SUBSCRIPTION s ENABLE',
    'COMMENT ON ROLE reader IS $$\ufffd$$',
  ])('%s', async (text) => {
    expect(await gate(text, household, withheld)).toMatchObject({ ok: false, refusal: { code: 'RH002' } })
  })

  test.each(['GRANT SELECT ON t TO app; ALTER ROLE reader SUPERUSER', 'SELECT 1; DROP DATABASE theirs'])(
    'all of several at once: %s',
    async (text) => {
      expect(await gate(text, household, withheld)).toMatchObject({ ok: false, refusal: { code: 'RH003' } })
    },
  )
})

describe("the gate leaves alone what is a platform's own affair", () => {
  test.each([
    ["ALTER ROLE platform_admin SET work_mem = '1MB'", ['platform_admin']],
    ['ALTER ROLE platform_admin CONNECTION LIMIT 5', ['platform_admin']],
    ["COMMENT ON ROLE platform_admin IS 'x'", ['platform_admin']],
    ['GRANT platform_api TO platform_admin', ['platform_admin']],
    ['GRANT app TO platform_admin WITH ADMIN OPTION', ['platform_admin']],
    ['GRANT pg_read_all_data TO platform_api GRANTED BY postgres', ['platform_api']],
  ])('%s', async (text, roles) => {
    const leftToPlatform = new Set<string>()
    const passage = await gate(text, household, { ...withheld, leftToPlatform })
    expect(passage).toMatchObject({ ok: false, refusal: { code: 'RH001' } })
    expect([...leftToPlatform]).toEqual(roles)
  })
})

test('a role of ours is given nothing that lets anybody in, and what the dump says of it is remembered', async () => {
  const said =
    'ALTER ROLE app WITH SUPERUSER NOINHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS CONNECTION LIMIT 5'
  expect(await gate(`${said} PASSWORD 'x'`, household, withheld)).toMatchObject({ ok: true })
  const rows = await household.work((session) =>
    session.query(`SELECT a.* FROM pg_catalog.pg_authid AS a WHERE a.rolname = 'app'`),
  )
  expect(rows[0]).toMatchObject({
    rolsuper: 'f',
    rolinherit: 'f',
    rolcreaterole: 'f',
    rolcreatedb: 'f',
    rolcanlogin: 'f',
    rolreplication: 'f',
    rolbypassrls: 'f',
    rolconnlimit: '5',
    rolpassword: null,
  })
  expect(withheld.roles.get('app')).toEqual({
    superuser: 'true',
    'create role': 'true',
    'create database': 'true',
    login: 'true',
    replication: 'true',
    'bypass row security': 'true',
  })
})
