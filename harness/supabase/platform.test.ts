import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../engine/index.ts'
import { layPlatform, platformFor, platformRoles, platformSchemas, uncoveredBy, type PlatformNeed } from './index.ts'
import { serviceRoles } from './platform-roles.ts'

const need = (change: Partial<PlatformNeed>): PlatformNeed => ({
  rolesMentioned: [],
  rolesCreated: [],
  schemasMentioned: [],
  schemasCreated: [],
  ...change,
})

const nothing = {
  roles: [],
  schemas: [],
  enums: [],
  tables: [],
  sequences: [],
  publications: [],
  extensions: [],
  leftToPlatform: [],
}

describe('the platform', () => {
  it('is not needed by a plain Postgres project', () => {
    const plain = need({ rolesMentioned: ['app'], rolesCreated: ['app'], schemasMentioned: ['public', 'app'] })
    expect(platformFor(plain)).toEqual(nothing)
  })

  it('is laid in where a dump refers to it and does not bring it', () => {
    expect(platformFor(need({ rolesMentioned: ['anon'] }))).toEqual({ ...nothing, roles: [...platformRoles] })
    expect(platformFor(need({ schemasMentioned: ['auth'] })).schemas).toEqual(['extensions', 'auth'])
  })

  it('has of the services what a dump refers to, or has rows for', () => {
    const columns = ['id', 'name']
    const asks = need({
      schemasMentioned: ['auth', 'storage', 'vault'],
      bareTables: [
        { schema: 'cron', name: 'job', columns },
        { schema: 'auth', name: 'sessions', columns },
        { schema: 'app', name: 'elsewhere', columns },
      ],
      sequencesSet: [
        { schema: 'cron', name: 'jobid_seq' },
        { schema: 'public', name: 'items_id_seq' },
      ],
    })
    const platform = platformFor(asks)
    expect(platform.schemas).toEqual(['extensions', 'auth', 'storage', 'vault', 'cron'])
    expect(platform.roles).toContain('supabase_storage_admin')
    expect(platform.tables.map(({ schema, name }) => `${schema}.${name}`)).toEqual(['auth.sessions', 'cron.job'])
    expect(platform.sequences).toEqual([{ schema: 'cron', name: 'jobid_seq' }])
    expect(platform.publications).toEqual(['supabase_realtime'])
  })

  it('has the schema of a sequence that is set, where nothing else of it comes: its tables are empty', () => {
    const sequencesSet = [{ schema: 'net', name: 'http_request_queue_id_seq' }]
    const asks = need({ schemasMentioned: ['auth'], sequencesSet })
    expect(platformFor(asks)).toMatchObject({ schemas: ['extensions', 'auth', 'net'], sequences: sequencesSet })
    expect(platformFor({ ...asks, schemasMentioned: [] })).toEqual(nothing)
  })

  it('is no stand-in for what an extension of the engine makes', () => {
    const asks = need({ schemasMentioned: ['auth', 'cron'], extensions: ['pg_cron', 'vector'] })
    expect(platformFor(asks).schemas).toEqual(['extensions', 'auth'])
    const lacking = platformFor({ ...asks, extensionsLacking: ['pg_cron', 'vector'] })
    expect(lacking.schemas).toEqual(['extensions', 'auth', 'cron'])
    expect(lacking.leftToPlatform).toEqual(['pg_cron'])
  })

  it("has the platform's enumerations of the schemas that it lays: production's, where they are known", () => {
    const enumsThere = [
      { schema: 'auth', name: 'factor_status', labels: ['verified', "it's new"] },
      { schema: 'public', name: 'mood', labels: ['calm'] },
    ]
    const { enums } = platformFor(need({ schemasMentioned: ['auth'], enumsThere }))
    expect(enums.map(({ name }) => name)).toContain('aal_level')
    expect(enums.filter(({ schema }) => schema !== 'auth')).toEqual([])
    expect(enums.find(({ name }) => name === 'factor_status')?.labels).toEqual(['verified', "it's new"])
  })

  it("stands in for the platform's extensions alone, where a whole project was dumped", () => {
    const lacking = ['supabase_vault', 'pg_cron', 'pgjwt', 'vector']
    const whole = need({
      rolesMentioned: [...platformRoles],
      rolesCreated: [...platformRoles],
      schemasMentioned: ['auth', 'vault', 'cron'],
      schemasCreated: ['auth', 'extensions', 'vault'],
      schemasCalled: ['net', 'auth'],
      extensions: lacking,
    })
    const laid = platformFor({ ...whole, extensionsLacking: lacking })
    expect(laid).toMatchObject({ roles: [], schemas: ['vault', 'cron', 'net'], publications: [] })
    expect(laid.leftToPlatform).toEqual(['supabase_vault', 'pg_cron', 'pgjwt'])
    expect(platformFor(whole).schemas).toEqual(['net'])
    const brought = { rolesCreated: [], schemasCreated: whole.schemasCreated, schemasWithRows: [], isOfCli: false }
    // What else the dump lacks of the platform's schemas is missing.
    expect(uncoveredBy(laid, brought)).toMatchObject({ schemas: laid.schemas, extensions: laid.leftToPlatform })
    const plain = { ...whole, rolesMentioned: ['app'], rolesCreated: [], schemasCreated: ['vault'] }
    expect(platformFor({ ...plain, schemasMentioned: ['vault'], extensionsLacking: lacking }).schemas).toEqual([])
  })

  it("leaves a project's extensions to it where a dump of chosen schemas makes none", () => {
    const extensionsThere = ['pg_graphql', 'pg_cron', 'pgcrypto', 'pg_trgm'].map((name) => ({
      name,
      schema: 'extensions',
    }))
    const { extensions, leftToPlatform } = platformFor(need({ schemasMentioned: ['auth'], extensionsThere }))
    expect(leftToPlatform).toEqual(['pg_graphql', 'pg_cron'])
    expect(extensions.map(({ name }) => name)).toEqual(['pg_trgm'])
  })

  it('is not seen in a schema of one of its names', () => {
    expect(platformFor(need({ schemasMentioned: ['net', 'cron'] }))).toEqual(nothing)
  })

  it('leaves to the dump what the dump brings', () => {
    const whole = need({
      rolesMentioned: [...platformRoles],
      rolesCreated: [...platformRoles],
      schemasMentioned: ['auth'],
      schemasCreated: ['auth', 'extensions'],
    })
    expect(platformFor(whole)).toEqual(nothing)
  })
})

describe.each([15, 17])('laid into Postgres %i', (major) => {
  let server: DisposableServer

  beforeAll(async () => {
    const options = { signal: new AbortController().signal, progress: silentProgress }
    server = await embeddedEngine().start({ major, extensions: [], plainBytes: 0, superuser: 'postgres' }, options)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  it('is what it says it provides, and can be laid twice', async () => {
    await using session = await server.connect('postgres')
    const platform = {
      roles: [...platformRoles, 'supabase_admin', 'supabase_storage_admin'],
      schemas: platformSchemas,
      publications: ['supabase_realtime'],
    }
    await layPlatform(session, platform)
    await layPlatform(session, platform)
    const roles = await session.query("select rolname from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres'")
    expect(new Set(roles.map(({ rolname }) => rolname))).toEqual(new Set(platform.roles))
    const schemas = await session.query(
      "select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')",
    )
    expect(new Set(schemas.map(({ nspname }) => nspname))).toEqual(new Set(platformSchemas))
  })

  it('has every role that it knows', async () => {
    await using session = await server.connect('postgres')
    await layPlatform(session, { roles: Object.keys(serviceRoles) })
    const [row] = await session.query('select count(*) from pg_roles where rolname = any ($1::text[])', [
      `{${Object.keys(serviceRoles).join(',')}}`,
    ])
    expect(row?.['count']).toBe(String(Object.keys(serviceRoles).length))
  })

  it("gives the project's owner what a hosted one reads with, where another is the superuser", async () => {
    await using session = await server.connect('postgres')
    await layPlatform(session, { roles: [...platformRoles, 'postgres'] })
    const rows = await session.query(
      "select roleid::regrole::text as role from pg_auth_members where member = 'postgres'::regrole",
    )
    const given = rows.map(({ role }) => role)
    expect(given).toEqual(
      expect.arrayContaining(['pg_read_all_data', 'pg_monitor', 'anon', 'authenticated', 'service_role']),
    )
  })

  it('takes the rows that come for a table, whatever their columns', async () => {
    await using session = await server.connect('postgres')
    const columns = ['id', 'email', 'brand_new']
    const tables = [
      { schema: 'auth', name: 'users', columns },
      { schema: 'auth', name: 'sessions', columns: ['id', 'aal', 'brand new'] },
      { schema: 'auth', name: 'audit_log_entries', columns: [] },
    ]
    await layPlatform(session, { schemas: ['auth'], tables, sequences: [{ schema: 'auth', name: 'a_seq' }] })
    const read = await session.query(
      "select attrelid::regclass::text || '.' || attname as name, atttypid::regtype::text as type from pg_attribute " +
        "where attrelid in ('auth.users'::regclass, 'auth.sessions'::regclass, 'auth.audit_log_entries'::regclass) " +
        'and attnum > 0 and not attisdropped order by attrelid::regclass::text, attnum',
    )
    expect(read.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'auth.audit_log_entries.instance_id uuid',
      'auth.audit_log_entries.id uuid',
      'auth.audit_log_entries.payload json',
      'auth.audit_log_entries.created_at timestamp with time zone',
      'auth.audit_log_entries.ip_address character varying',
      'auth.sessions.id uuid',
      'auth.sessions.aal text',
      'auth.sessions.brand new text',
      'auth.users.id uuid',
      'auth.users.email character varying',
      'auth.users.brand_new text',
    ])
    expect(await session.query("select 'auth.a_seq'::regclass::text as name")).toEqual([{ name: 'auth.a_seq' }])
  })

  it("has production's types for columns that it does not know, and none that it can't be sure of", async () => {
    await using session = await server.connect('postgres')
    const enums = [{ schema: 'auth', name: 'factor_status', labels: ['verified', "it's new"] }]
    const types = {
      'a blob': 'jsonb',
      seen: 'timestamp(3) with time zone',
      factor: 'auth.factor_status',
      ours: 'public.mood',
      bad: 'text); drop table auth.users; --',
    }
    const tables = [{ schema: 'auth', name: 'passkeys', columns: ['id', ...Object.keys(types)], types }]
    await layPlatform(session, { enums, tables })
    await layPlatform(session, { enums })
    const read = await session.query(
      "select attname || ' ' || format_type(atttypid, atttypmod) as type from pg_attribute " +
        "where attrelid = 'auth.passkeys'::regclass and attnum > 0 order by attnum",
    )
    const laid = ['id text', 'a blob jsonb', 'seen timestamp(3) with time zone', 'factor auth.factor_status']
    expect(read.map(({ type }) => type)).toEqual([...laid, 'ours text', 'bad text'])
    expect(await session.query("select 'it''s new'::auth.factor_status as status")).toEqual([{ status: "it's new" }])
  })

  it('does nothing: no job is scheduled, no request is queued, nothing is told', async () => {
    await using session = await server.connect('postgres')
    await session.query("select cron.schedule('j', '* * * * *', 'select 1'), net.http_post('https://example.org')")
    await session.query("select realtime.send('{}', 'e', 't'), vault.create_secret('s')")
    await session.query("select pgmq.create('q'), pgmq.send('q', '{}'), pgmq.send('q', '{}', 5), pgmq.archive('q', 1)")
    expect(await session.query("select msg_id, message from pgmq.read('q', 30, 1)")).toEqual([])
    const [row] = await session.query(
      'select (select count(*) from cron.job) + (select count(*) from net.http_request_queue) + ' +
        '(select count(*) from realtime.messages) + (select count(*) from vault.secrets) as rows',
    )
    expect(row).toEqual({ rows: '0' })
  })

  it('grants nothing by default: what is restored next must not come back wider than it was', async () => {
    await using session = await server.connect('postgres')
    expect(await session.query('select * from pg_default_acl')).toEqual([])
    await session.query('create table public.secret (a int)')
    expect(await session.query("select has_table_privilege('anon', 'public.secret', 'select') as may")).toEqual([
      { may: 'f' },
    ])
  })

  it('answers as the request asks: auth.uid() reads the claims', async () => {
    await using session = await server.connect('postgres')
    await session.query(
      `select set_config('request.jwt.claims', '{"sub":"6d7cf16f-0b6e-4a6e-9c3c-1b1f1f1f1f1f"}', false)`,
    )
    expect(await session.query('select auth.uid() as uid')).toEqual([{ uid: '6d7cf16f-0b6e-4a6e-9c3c-1b1f1f1f1f1f' }])
  })
})
