import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseFacts, serialiseFacts } from '../../facts/index.ts'
import { canary, itemDump, ScratchServer, type Brought } from '../testing/scratch-server.ts'
import type { BringBackRequest } from './types.ts'

const recorded = fileURLToPath(
  new URL('../../../fixtures/edupath/backups/2026-11-08-pg17/baseline.json', import.meta.url),
)

let scratch: ScratchServer
beforeAll(async () => {
  scratch = await ScratchServer.start()
  await scratch.write('dump.sql', itemDump())
  await scratch.admin.query('create role reader login')
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => scratch.renew())

/** Every refusal has changed nothing; nothing that could be printed holds a password. */
async function bring(request: Partial<BringBackRequest> = {}): Promise<Brought> {
  const before = await scratch.read(objects)
  const brought = await scratch.bring(request)
  expect(brought.printed).not.toContain(canary)
  const now = await scratch.read(objects)
  expect(brought.fault === null ? before : now).toEqual(before)
  return brought
}

const objects = "select relname from pg_class where relnamespace = 'public'::regnamespace order by 1"

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

describe('production', () => {
  let other: ScratchServer
  let folder: string
  beforeAll(async () => {
    other = await ScratchServer.start()
    folder = await mkdtemp(join(tmpdir(), 'production-'))
    await symlink(scratch.server.address.host, join(folder, 's'))
  })
  afterAll(async () => other[Symbol.asyncDispose]())
  afterAll(async () => rm(folder, { recursive: true }))

  const named = { production: 'env:PRODUCTION' }

  test.each([
    { name: 'its own database', url: () => scratch.url() },
    { name: 'another database of its server', url: () => scratch.url('postgres') },
    { name: 'its server by another name', url: () => `postgresql://postgres@/postgres?host=${folder}/s` },
  ])('is never restored into, whatever is said: $name', async ({ url }) => {
    for (const notProduction of [false, true]) {
      const { fault } = await bring({ ...named, notProduction, environment: { PRODUCTION: url() } })
      expect(fault).toMatchObject({ code: 'E_TARGET_IS_PRODUCTION', kind: 'refused' })
    }
  })

  test('with the same system identifier is taken for the same, until the user says otherwise', async () => {
    const request = { ...named, environment: { PRODUCTION: other.url('postgres') } }
    expect((await bring({ ...request, notProduction: false })).fault).toMatchObject({
      code: 'E_TARGET_IS_PRODUCTION',
      message: expect.stringContaining('has the system identifier of production'),
    })
    expect((await bring(request)).report?.plan.target.notProduction).toContain('as you said')
  })

  test('that does not answer proves nothing', async () => {
    const request = { ...named, environment: { PRODUCTION: `postgresql://u:${canary}@/x?host=${folder}` } }
    expect((await bring({ ...request, notProduction: false })).fault).toMatchObject({ code: 'E_TARGET_UNPROVEN' })
    expect((await bring(request)).fault).toBe(null)
  })

  test('of which nothing is known is not excluded', async () => {
    expect((await bring({ notProduction: false })).fault).toMatchObject({ code: 'E_TARGET_UNPROVEN', kind: 'refused' })
  })

  describe('known by the facts that were recorded with the backup', () => {
    let systemIdentifierHash: string | null = null
    beforeEach(async () => {
      const ours = await scratch.read(
        "select encode(sha256(convert_to('rehearsal ' || system_identifier, 'UTF8')), 'hex') from pg_control_system()",
      )
      systemIdentifierHash = ours[0] ?? null
    })
    afterEach(() => void (systemIdentifierHash = null))

    async function record(server: { database: string; systemIdentifierHash: string | null }): Promise<string> {
      const facts = parseFacts(await readFile(recorded, 'utf8'))
      return scratch.write('facts.json', serialiseFacts({ ...facts, server: { ...facts.server, ...server } }))
    }

    test.each([
      { of: 'the very database', says: 'the very database that the backup was taken from' },
      { of: 'another database of the server', says: 'the server of database shop' },
    ])('is refused: $of', async ({ of, says }) => {
      const database = of === 'the very database' ? scratch.database : 'shop'
      const baseline = await record({ database, systemIdentifierHash })
      expect((await bring({ baseline, notProduction: false })).fault).toMatchObject({
        code: 'E_TARGET_IS_PRODUCTION',
        message: expect.stringContaining(says),
      })
    })

    test('is told apart by another identifier', async () => {
      const baseline = await record({ database: scratch.database, systemIdentifierHash: '0'.repeat(64) })
      const { report } = await bring({ baseline, notProduction: false })
      expect(report?.plan.target.notProduction).toContain('not that of the server the backup was taken from')
    })

    describe('that is gone itself', () => {
      const gone = () => ({ ...named, environment: { PRODUCTION: `postgresql://u:${canary}@/x?host=${folder}` } })

      test('is told apart by the identifier of the server that the backup is of, and says so', async () => {
        const baseline = await record({ database: 'shop', systemIdentifierHash: '0'.repeat(64) })
        const { report } = await bring({ ...gone(), baseline, notProduction: false })
        expect(report?.plan.target.notProduction).toMatch(
          /^production \(env:PRODUCTION\) does not answer, and its address is not the target's \(.*:5432\); its system identifier is not that of the server the backup was taken from, which the facts recorded with it name$/,
        )
      })

      test('is refused where the target is the server that the backup is of', async () => {
        const baseline = await record({ database: 'shop', systemIdentifierHash })
        const { fault } = await bring({ ...gone(), baseline, notProduction: false })
        expect(fault).toMatchObject({ code: expect.stringMatching(/^E_TARGET_(?:UNPROVEN|IS_PRODUCTION)$/) })
      })

      test('is refused where the target has its address, whatever the facts say', async () => {
        const baseline = await record({ database: 'shop', systemIdentifierHash: '0'.repeat(64) })
        const environment = { PRODUCTION: scratch.url('nowhere', 'nobody') }
        const { fault } = await bring({ ...named, environment, baseline, notProduction: true })
        expect(fault).toMatchObject({ code: 'E_TARGET_IS_PRODUCTION', message: expect.stringContaining('the address') })
      })

      test('is not excluded where its address is not known', async () => {
        const baseline = await record({ database: 'shop', systemIdentifierHash: '0'.repeat(64) })
        const { fault } = await bring({ production: 'env:UNSET', baseline, notProduction: false })
        expect(fault).toMatchObject({ code: 'E_TARGET_UNPROVEN' })
      })
    })

    test('of a restored copy are not facts of production', async () => {
      const facts = parseFacts(await readFile(recorded, 'utf8'))
      const copy = {
        ...facts,
        source: 'restored' as const,
        server: { ...facts.server, systemIdentifierHash: '0'.repeat(64) },
      }
      const baseline = await scratch.write('copy.json', serialiseFacts(copy))
      expect((await bring({ baseline, notProduction: false })).fault).toMatchObject({ code: 'E_TARGET_UNPROVEN' })
    })

    test('without an identifier is not excluded', async () => {
      const baseline = await record({ database: 'shop', systemIdentifierHash: null })
      expect((await bring({ baseline, notProduction: false })).fault).toMatchObject({ code: 'E_TARGET_UNPROVEN' })
    })
  })
})
