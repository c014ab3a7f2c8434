import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { bringWatched } from '../testing/bring-watched.ts'
import { canary, itemDump, ScratchServer, type Brought } from '../testing/scratch-server.ts'
import type { BringBackRequest } from './types.ts'

let scratch: ScratchServer
beforeAll(async () => {
  scratch = await ScratchServer.start()
  await scratch.write('dump.sql', itemDump())
  await scratch.admin.query('create role reader login')
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => scratch.renew())

const bring = (request: Partial<BringBackRequest> = {}): Promise<Brought> => bringWatched(scratch, request)

describe('the target', () => {
  test('may be typed without a password', async () => {
    const to = `postgres://postgres@/${scratch.database}?host=${scratch.server.address.host}`
    const { report } = await bring({ to })
    expect(report?.restored).toMatchObject({ state: 'complete', rows: 2 })
    expect(report?.plan.target).toMatchObject({ source: to, database: scratch.database, user: 'postgres', port: 5432 })
  })

  test.each([
    `postgres://u:${canary}@h/x`,
    `postgres://u@h/x?password=${canary}`,
    `postgresql://u@h/x?a=b&password=${canary}`,
  ])('with its password typed out is refused (%#)', async (to) => {
    expect((await bring({ to })).fault).toMatchObject({ code: 'E_SECRET_IN_ARGUMENT', kind: 'refused' })
  })

  test.each([
    'create table public.mine ()',
    'create schema mine',
    'create function public.mine() returns int language sql return 1',
    "create type public.mine as enum ('a')",
    'create type public.mine as (a int)',
    'create domain public.mine as int',
    'create view public.mine as select 1',
    'create materialized view public.mine as select 1',
    'create sequence public.mine',
    "select lo_from_bytea(7, '')",
  ])('that is not empty is refused: %s', async (made) => {
    await scratch.read(made)
    const { fault } = await bring()
    expect(fault).toMatchObject({
      code: 'E_TARGET_NOT_EMPTY',
      kind: 'refused',
      message: expect.stringMatching(/mine| 7/),
    })
  })

  test('with an extension is empty', async () => {
    await scratch.read('create extension pgcrypto')
    expect((await bring({ dryRun: true })).report?.restored).toBe(null)
  })

  test("with what Supabase puts into each project is empty, with somebody's schema of that name is not", async () => {
    await scratch.read('create schema auth')
    await scratch.read('create table auth.users (id int)')
    expect((await bring()).fault).toMatchObject({ code: 'E_TARGET_NOT_EMPTY' })
    await scratch.admin.query('create role supabase_admin')
    const { report } = await bring({ dryRun: true })
    await scratch.admin.query('drop role supabase_admin')
    expect(report?.plan.wanted).toBe(2)
  })

  test('where a table of the platform that rows go into has some is refused', async () => {
    await scratch.read('create schema auth')
    await scratch.read('create table auth.users as select 1 as id')
    await scratch.admin.query('create role supabase_admin')
    const path = await scratch.write('users.sql', itemDump('COPY auth.users (id) FROM stdin;\n2\n\\.\n'))
    const { fault } = await bring({ path })
    await scratch.admin.query('drop role supabase_admin')
    expect(fault).toMatchObject({
      code: 'E_TARGET_NOT_EMPTY',
      message: expect.stringContaining('auth.users holds rows'),
    })
  })

  test.each([
    { name: 'not there', target: () => scratch.url('nowhere'), code: 'E_TARGET_UNREACHABLE' },
    { name: 'silent', target: () => scratch.url().replace('host=', 'host=/nowhere'), code: 'E_TARGET_UNREACHABLE' },
    { name: 'a pooler', target: () => `postgresql://u:${canary}@localhost:6543/x`, code: 'E_TARGET_POOLER' },
    { name: 'no URL', target: () => `garbage ${canary}`, code: 'E_USAGE' },
    { name: 'a wrong escape', target: () => `postgresql://%zz:${canary}@h/x`, code: 'E_USAGE' },
    { name: 'nobody', target: () => 'postgresql://h/x', code: 'E_USAGE' },
    { name: 'set up otherwise', target: () => `${scratch.url()}&options=-c%20geqo%3Doff`, code: 'E_TARGET_POOLER' },
    { name: 'closed to us', target: () => scratch.url(undefined, 'reader'), code: 'E_TARGET_READ_ONLY' },
    { name: 'nothing', target: () => '', code: 'E_ENV_MISSING' },
  ])('that is $name is no target', async ({ target, code }) => {
    expect((await bring({ environment: { TARGET: target() } })).fault).toMatchObject({ code })
  })

  test('that is read-only is no target', async () => {
    await scratch.admin.query(`alter database ${scratch.database} set default_transaction_read_only = on`)
    expect((await bring()).fault).toMatchObject({ code: 'E_TARGET_READ_ONLY' })
  })

  test('older than the dump is refused', async () => {
    const path = await scratch.write('newer.sql', itemDump().replace('version 17.10', 'version 18.1'))
    expect((await bring({ path })).fault).toMatchObject({ code: 'E_TARGET_VERSION', kind: 'refused' })
  })
})
