import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { beginReadOnly, observe, parseFacts, type Facts } from '../../facts/index.ts'
import { itemDump, ScratchServer } from '../testing/scratch-server.ts'

const set = fileURLToPath(new URL('../../../fixtures/edupath/backups/2026-11-08-pg17', import.meta.url))

let scratch: ScratchServer
beforeAll(async () => {
  scratch = await ScratchServer.start()
})
afterAll(async () => scratch[Symbol.asyncDispose]())
beforeEach(async () => scratch.renew())

const tables = "select schemaname || '.' || tablename from pg_tables where schemaname !~ '^pg_|^information' order by 1"

async function observeTarget({ schemas, takenAt }: Facts): Promise<Facts> {
  await using session = await scratch.server.connect(scratch.database)
  await beginReadOnly(session, { statementTimeoutMs: 60_000, lockTimeoutMs: 100 })
  return await observe(session, { source: 'restored', schemas, fingerprint: true, takenAt })
}

/** All but what is the server's own. */
function namesIn({ objects }: Facts): readonly string[] {
  const ours = objects.filter(({ kind }) => kind !== 'database' && kind !== 'collation version')
  return ours.map(({ kind, identity }) => `${kind} ${identity}`)
}

describe('a whole set', () => {
  test('comes back as it was: every row and every definition of its baseline', async () => {
    const { report } = await scratch.bring({ path: set, notProduction: false })
    expect(report?.restored).toMatchObject({ state: 'complete', refused: [], rows: 5452, sequences: 16 })
    expect(report?.plan.target.notProduction).toContain('its system identifier is not that of the server')
    const baseline = parseFacts(await readFile(join(set, 'baseline.json'), 'utf8'))
    const facts = await observeTarget(baseline)
    expect(facts.tables).toEqual(baseline.tables)
    expect(namesIn(facts)).toEqual(namesIn(baseline))
    const positions = (all: Facts): unknown => all.sequences.map(({ name, lastValue }) => [name, lastValue])
    expect(positions(facts)).toEqual(positions(baseline))
  })
})

describe('a part of a set', () => {
  test('is one table with what it needs, and says what stayed away', async () => {
    const { report } = await scratch.bring({ path: set, tables: ['public.applications'] })
    expect(report?.restored).toMatchObject({ state: 'complete', rows: 396 })
    const away = report?.plan.leftOut.filter(({ reason }) => reason.startsWith('needs'))
    expect(away).toContainEqual({
      verb: 'ALTER TABLE ADD CONSTRAINT',
      reason: 'needs public.users, which is not restored',
      count: 1,
    })
    expect(await scratch.read(tables)).toEqual(['public.applications'])
    const triggers = "select tgname from pg_trigger where tgrelid = 'public.applications'::regclass order by 1"
    expect(await scratch.read(triggers)).toEqual(['applications_log', 'applications_updated_at'])
  })

  test('is several tables with the keys between them', async () => {
    const { report } = await scratch.bring({ path: set, tables: ['forum_likes', 'forum_posts_enhanced'] })
    expect(report?.restored?.state).toBe('complete')
    const keys = "select confrelid::regclass::text from pg_constraint where contype = 'f' order by 1"
    expect(await scratch.read(keys)).toEqual(['forum_posts_enhanced'])
  })

  test('is one schema', async () => {
    expect((await scratch.bring({ path: set, schemas: ['auth'] })).report?.restored?.state).toBe('complete')
    expect(await scratch.read(tables)).toEqual(['auth.identities', 'auth.users'])
  })

  test('is the definitions, and then the rows into them, in whatever order: as if it were the whole', async () => {
    const schema = await scratch.bring({ path: set, only: 'schema' })
    expect(schema.report?.restored).toMatchObject({ state: 'complete', rows: 0 })
    const data = await scratch.bring({ path: set, only: 'data' })
    expect(data.report?.restored).toMatchObject({ state: 'complete', rows: 5452, orphans: [] })
    const baseline = parseFacts(await readFile(join(set, 'baseline.json'), 'utf8'))
    expect((await observeTarget(baseline)).tables).toEqual(baseline.tables)
    const again = await scratch.bring({ path: set, only: 'data', tables: ['users'] })
    expect(again.fault).toMatchObject({ code: 'E_TARGET_NOT_EMPTY' })
  })

  test('is not complete when its rows refer to what is not there', async () => {
    await scratch.bring({ path: set, only: 'schema' })
    const { report } = await scratch.bring({ path: set, only: 'data', tables: ['forum_likes'] })
    expect(report?.restored?.state).toBe('incomplete')
    const [first, ...others] = report?.restored?.orphans ?? []
    expect(first).toMatchObject({ table: 'public.forum_likes', references: 'public.forum_posts_enhanced', rows: 297 })
    expect(others.map(({ table }) => table)).toEqual(['public.forum_likes'])
  })

  test('of rows goes in without the right to switch triggers off, and says so', async () => {
    await scratch.write('dump.sql', itemDump())
    await scratch.admin.query('create role owner login')
    await scratch.admin.query(`alter database ${scratch.database} owner to owner`)
    await scratch.read('create table public.item (id int, name text)')
    await scratch.read('alter table public.item owner to owner')
    const environment = { TARGET: scratch.url(undefined, 'owner') }
    const { plan, report } = await scratch.bring({ only: 'data', environment })
    expect(plan?.warnings).toEqual([expect.stringContaining('owner may not set session_replication_role')])
    expect(report?.restored).toMatchObject({ state: 'complete', rows: 2 })
  })

  test('of rows without their tables is refused', async () => {
    const { fault } = await scratch.bring({ path: set, only: 'data' })
    expect(fault).toMatchObject({ code: 'E_SELECTION_EMPTY', message: expect.stringContaining('has no table for') })
  })

  test('that nothing is called is refused with what is meant', async () => {
    const { fault } = await scratch.bring({ path: set, tables: ['public.aplications'] })
    expect(fault).toMatchObject({ code: 'E_SELECTION_EMPTY', hint: expect.stringContaining('public.applications') })
  })
})

describe('a server that is not ours', () => {
  test('keeps its databases, its settings, and the rights and passwords of its roles', async () => {
    const { admin } = scratch
    await admin.query("create role keeper login password 'kept'")
    const look = async (): Promise<unknown> => [
      await admin.query('select rolname, rolpassword, rolsuper, rolcanlogin from pg_authid order by 1'),
      await admin.query('select datname from pg_database order by 1'),
      await admin.query('select * from pg_db_role_setting order by 1, 2'),
      await admin.query('select name from pg_file_settings order by 1'),
    ]
    const before = await look()
    const path = await scratch.write(
      'cluster.sql',
      itemDump(`
ALTER ROLE keeper WITH NOLOGIN SUPERUSER PASSWORD 'stolen';
CREATE ROLE keeper;
ALTER ROLE postgres WITH NOSUPERUSER;
DROP ROLE keeper;
DROP DATABASE ${scratch.database};
CREATE DATABASE other_than_ours;
ALTER DATABASE postgres SET work_mem TO '1MB';
ALTER SYSTEM SET work_mem TO '1MB';
`),
    )
    const { report } = await scratch.bring({ path })
    expect(await look()).toEqual(before)
    expect(report?.plan.leftOut.reduce((sum, { count }) => sum + count, 0)).toBe(7)
    expect(report?.restored).toMatchObject({ state: 'incomplete', says: expect.stringContaining('reaching outside') })
    expect(await scratch.read('select count(*) from public.item')).toEqual(['2'])
  })

  test('gets the roles that it lacks', async () => {
    const path = await scratch.write('roles.sql', itemDump('CREATE ROLE guest;\nALTER ROLE guest WITH LOGIN;\n'))
    expect((await scratch.bring({ path })).report?.restored?.state).toBe('complete')
    expect(await scratch.read("select rolcanlogin::text from pg_roles where rolname = 'guest'")).toEqual(['true'])
  })

  test('takes the one database of a dump that makes it, under the name that it has here', async () => {
    const made = 'CREATE DATABASE shop WITH TEMPLATE = template0;\n\\connect shop\nCREATE TABLE'
    const path = await scratch.write('made.sql', itemDump().replace('CREATE TABLE', made))
    expect((await scratch.bring({ path })).report?.restored?.state).toBe('complete')
    expect(await scratch.read('select count(*) from public.item')).toEqual(['2'])
  })

  test('takes none of a dump with several', async () => {
    const more = '\\connect crm\nCREATE TABLE public.b ();\n\\connect shop\nCREATE TABLE public.c ();\n'
    const path = await scratch.write('several.sql', itemDump(more))
    expect((await scratch.bring({ path })).fault).toMatchObject({ code: 'E_SEVERAL_DATABASES', kind: 'refused' })
    expect(await scratch.read(tables)).toEqual([])
  })
})

describe('what goes wrong', () => {
  test('is said, statement by statement, and the rest is restored', async () => {
    const views =
      'CREATE VIEW public.lost AS SELECT 1 FROM public.nowhere;\nCREATE VIEW public.found AS SELECT 1 AS a;\n'
    const path = await scratch.write('views.sql', itemDump(views))
    const { report } = await scratch.bring({ path })
    expect(report?.restored).toMatchObject({
      state: 'incomplete',
      refused: [{ verb: 'CREATE VIEW', object: 'public.lost', refusal: { code: '42P01' } }],
      refusedCount: 1,
      says: expect.stringContaining('is NOT complete: 1 statement refused; the rest is there'),
    })
    expect(await scratch.read('select a from public.found')).toEqual(['1'])
  })

  test('is a row that the server refuses: its block is not there, and counted', async () => {
    const path = await scratch.write('row.sql', itemDump().replace('2\tcup', 'two\tcup'))
    const { report } = await scratch.bring({ path })
    expect(report?.restored).toMatchObject({ state: 'incomplete', tables: [{ rowsInDump: 2, rowsLoaded: 0 }] })
  })

  test.each([
    { name: 'cut off', damage: (text: string) => text.slice(0, text.indexOf('2\tcup')), code: 'E_DUMP_TRUNCATED' },
    { name: 'hostile', damage: (text: string) => text.replace('CREATE', '\\! id\nCREATE'), code: 'E_DUMP_HOSTILE' },
  ])('is a dump that is $name: nothing is restored', async ({ damage, code }) => {
    const path = await scratch.write('damaged.sql', damage(itemDump()))
    expect((await scratch.bring({ path })).fault).toMatchObject({ code, kind: 'backup' })
    expect(await scratch.read(tables)).toEqual([])
  })
})

describe('a time limit', () => {
  const endless = `CREATE FUNCTION public.forever(integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
    AS $$ BEGIN LOOP END LOOP; END $$;
ALTER TABLE public.item ADD CHECK (public.forever(id));`

  test('ends what never ends, there too, and says where and what the target holds', async () => {
    await scratch.write('dump.sql', itemDump(endless))
    const { fault } = await scratch.bring({ timeLimitMs: 1_500 })
    expect(fault).toMatchObject({ code: 'E_TIMEOUT', kind: 'environment' })
    expect(fault?.message).toContain(
      'the restore was ended by its time limit of 1.5 s at the step "restore": one of several statements was running, with public.item locked',
    )
    expect(fault?.message).toMatch(/is NOT complete: \w+ holds 1 tables, 1 of them with rows$/)
    expect(fault?.hint).toMatch(/raise timeLimit.*; then drop the database/)
    const busy = await scratch.admin.query(
      `SELECT query FROM pg_stat_activity WHERE datname = '${scratch.database}' AND state = 'active'`,
    )
    expect(busy).toEqual([])
  })
})
