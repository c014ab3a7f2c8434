import { describe, expect, it } from 'vitest'
import type { Refusal } from '../postgres/index.ts'
import { MissingExtensions } from './missing-extensions.ts'
import { readMeaning } from './refusal-rules.ts'
import type { RefusalMeaning } from './types.ts'

function refusal(code: string, message = 'as the server says', routine?: string): Refusal {
  const nowhere = { detail: null, schema: null, table: null, column: null, constraint: null }
  return { code, message, ...nowhere, ...(routine === undefined ? {} : { routine }) }
}

interface Said {
  readonly verb: string
  readonly object: string | null
  readonly code: string
  readonly text?: string
  readonly message?: string
  readonly routine?: string
}

function meaningOf(
  { verb, object, code, text = '', message, routine }: Said,
  missing = new MissingExtensions(),
  isSuperuser = true,
  makesSuperusers = true,
  left: readonly string[] = [],
): RefusalMeaning {
  return readMeaning({
    verb,
    object,
    text,
    refusal: refusal(code, message, routine),
    superuser: 'postgres',
    isSuperuser,
    makesSuperusers,
    missing,
    lacking: new Map([['public.names', 'libc locale fr_FR.utf8']]),
    provided: new Set(['anon', 'auth', ...left]),
    databases: new Set(['postgres', 'template1', 'shop']),
  }).meaning
}

/** PostGIS is missing: a table that needs it could not be created. */
function withoutPostgis(): MissingExtensions {
  const missing = new MissingExtensions()
  missing.extension('postgis')
  missing.ownSchema('app')
  missing.victim('app.places')
  return missing
}

describe('harmless', () => {
  it("are rights on what an extension of the platform's brings, and none on the user's own", () => {
    const grant = (object: string, code: string, left = ['vault', 'extension supabase_vault']): RefusalMeaning =>
      meaningOf({ verb: 'GRANT', object, code }, undefined, true, true, left)
    expect([grant('vault.update_secret', '42883'), grant('extensions.sign', '42883')]).toEqual(['harmless', 'harmless'])
    const twins = [
      grant('public.update_secret', '42883'),
      grant('vault', '42P01'),
      grant('vault.update_secret', '42704'),
      grant('vault.update_secret', '42883', []),
      grant('extensions.sign', '42883', []),
    ]
    expect(new Set(twins)).toEqual(new Set(['loss']))
  })

  const pairs: readonly (readonly [claim: string, excused: Said, twins: readonly Said[]])[] = [
    [
      'a tablespace, no other folder',
      { verb: 'CREATE TABLESPACE', object: 'fast', code: '58P01' },
      [{ verb: 'CREATE FUNCTION', object: 'fast', code: '58P01' }],
    ],
    [
      'what lies in a tablespace, no other setting',
      { verb: 'SET', object: 'default_tablespace', code: '22023' },
      [
        { verb: 'SET', object: 'default_table_access_method', code: '22023' },
        { verb: 'SET', object: 'default_tablespace', code: '42501' },
      ],
    ],
    [
      'rights on a tablespace, on nothing else of that name',
      { verb: 'GRANT', object: 'fast', code: '42704', text: 'GRANT CREATE ON TABLESPACE fast TO app;' },
      [
        { verb: 'GRANT', object: 'fast', code: '42704', text: 'GRANT CREATE ON SCHEMA "TABLESPACE" TO app;' },
        { verb: 'GRANT', object: 'fast', code: '42501', text: 'GRANT CREATE ON TABLESPACE fast TO app;' },
        { verb: 'COMMENT', object: 'x', code: '42704', text: "COMMENT ON TYPE x IS 'ON TABLESPACE';" },
      ],
    ],
    [
      'a database in a tablespace, no other',
      { verb: 'CREATE DATABASE', object: 'far', code: '42704', text: 'CREATE DATABASE far TABLESPACE = fast;' },
      [{ verb: 'CREATE DATABASE', object: 'far', code: '42704', text: "CREATE DATABASE far OWNER 'TABLESPACE';" }],
    ],
    [
      'a second schema public, no other schema',
      { verb: 'CREATE SCHEMA', object: 'public', code: '42P06' },
      [
        { verb: 'CREATE SCHEMA', object: 'app', code: '42P06' },
        { verb: 'CREATE SCHEMA', object: 'public', code: '42501' },
        { verb: 'CREATE TABLE', object: 'public', code: '42P06' },
        { verb: 'CREATE SCHEMA', object: 'x', code: '42P06', message: 'schema "public" already exists' },
      ],
    ],
    [
      "the engine's own superuser, no other role",
      { verb: 'CREATE ROLE', object: 'postgres', code: '42710' },
      [
        { verb: 'CREATE ROLE', object: 'web', code: '42710' },
        { verb: 'CREATE ROLE', object: 'web', code: '42710', message: 'role "postgres" already exists' },
        { verb: 'CREATE TYPE', object: 'postgres', code: '42710' },
      ],
    ],
    [
      'dropping that superuser',
      { verb: 'DROP ROLE', object: 'postgres', code: '55006' },
      [
        { verb: 'DROP ROLE', object: 'web', code: '55006' },
        { verb: 'DROP ROLE', object: 'web', code: '2BP01' },
      ],
    ],
    [
      "a policy that pg_cron makes itself, no user's that is there twice",
      { verb: 'CREATE POLICY', object: 'cron.job.cron_job_policy', code: '42710' },
      [
        { verb: 'CREATE POLICY', object: 'cron.job.mine', code: '42710' },
        { verb: 'CREATE POLICY', object: 'public.job.cron_job_policy', code: '42710' },
        { verb: 'CREATE POLICY', object: 'cron.job.cron_job_policy', code: '42704' },
      ],
    ],
    [
      'a role that was laid in for the platform',
      { verb: 'CREATE ROLE', object: 'anon', code: '42710' },
      [
        { verb: 'CREATE ROLE', object: 'anonymous', code: '42710' },
        { verb: 'CREATE TRIGGER', object: 'anon', code: '42710' },
      ],
    ],
    [
      'a schema that was laid in for the platform',
      { verb: 'CREATE SCHEMA', object: 'auth', code: '42P06' },
      [{ verb: 'CREATE TABLE', object: 'auth', code: '42P07' }],
    ],
    [
      'a database that was there before, not one that is made twice',
      { verb: 'CREATE DATABASE', object: 'shop', code: '42P04' },
      [{ verb: 'CREATE DATABASE', object: 'twice', code: '42P04' }],
    ],
    [
      "a locale that the engine hasn't",
      { verb: 'CREATE DATABASE', object: 'x', code: '42809' },
      [
        { verb: 'CREATE COLLATION', object: 'app.x', code: '22023' },
        { verb: 'CREATE DATABASE', object: 'x', code: '42501' },
      ],
    ],
    [
      'a limit of time that the server does not know yet',
      { verb: 'SET', object: 'transaction_timeout', code: '42704' },
      [
        { verb: 'SET', object: 'default_table_access_method', code: '42704' },
        { verb: 'SET', object: 'transaction_timeout', code: '22023' },
        { verb: 'CREATE TABLE', object: 'transaction_timeout', code: '42704' },
      ],
    ],
    [
      'dropping what is not there yet, not what others need',
      { verb: 'DROP TABLE', object: 'app.users', code: '42P01' },
      [
        { verb: 'DROP TABLE', object: 'app.users', code: '2BP01' },
        { verb: 'ALTER TABLE', object: 'app.users', code: '42P01', text: 'ALTER TABLE app.users OWNER TO x;' },
      ],
    ],
    [
      'dropping a constraint that is not there yet, whatever it is called',
      {
        verb: 'ALTER TABLE',
        object: 'app.users',
        code: '3F000',
        text: 'ALTER TABLE ONLY app."the; users" DROP CONSTRAINT "users; key";',
      },
      [
        {
          verb: 'ALTER TABLE ADD CONSTRAINT',
          object: 'app.users',
          code: '42P01',
          text: 'ALTER TABLE ONLY app.users ADD CONSTRAINT " DROP CONSTRAINT x" CHECK (true);',
        },
        {
          verb: 'ALTER TABLE',
          object: 'app.users',
          code: '42P01',
          text: 'ALTER TABLE app.users DROP CONSTRAINT x, ADD COLUMN y integer;',
        },
      ],
    ],
    [
      'dropping a large object that is not there yet, not opening one',
      { verb: 'SELECT lo_unlink', object: null, code: '42704' },
      [{ verb: 'SELECT lo_open', object: null, code: '42704' }],
    ],
    [
      'dropping the default of a column that is not there yet',
      {
        verb: 'ALTER TABLE',
        object: 'app.users',
        code: '42P01',
        text: 'ALTER TABLE app.users ALTER COLUMN id DROP DEFAULT;',
      },
      [
        {
          verb: 'ALTER TABLE',
          object: 'app.users',
          code: '42P01',
          text: 'ALTER TABLE app.users ALTER COLUMN id SET DEFAULT 1;',
        },
      ],
    ],
  ]

  it.for(pairs)('excuses %s', ([, excused, twins]) => {
    expect(meaningOf(excused)).toBe('harmless')
    expect(twins.map((twin) => meaningOf(twin))).toEqual(twins.map(() => 'loss'))
  })
})

describe("the engine's lack", () => {
  it('is an extension that it does not have, not one that the dump asks for wrongly', () => {
    expect(meaningOf({ verb: 'CREATE EXTENSION', object: 'postgis', code: '0A000' })).toBe('engine')
    expect(meaningOf({ verb: 'CREATE EXTENSION', object: 'postgis', code: '58P01' })).toBe('engine')
    expect(meaningOf({ verb: 'CREATE EXTENSION', object: 'postgis', code: '3F000' })).toBe('loss')
  })

  const excused: readonly Said[] = [
    { verb: 'CREATE TABLE', object: 'app.shops', code: '42704' },
    { verb: 'COPY', object: 'app.places', code: '42P01' },
    { verb: 'ALTER TABLE OWNER TO', object: 'app.places', code: '42P01' },
    { verb: 'CREATE TRIGGER', object: 'app.places.touch', code: '42P01' },
    {
      verb: 'CREATE VIEW',
      object: 'app.near',
      code: '42P01',
      text: 'CREATE VIEW app.near AS SELECT 1 FROM app.places',
    },
    { verb: 'CREATE VIEW', object: 'app.near', code: '42P01', text: 'SELECT FROM "app"."places"' },
    { verb: 'CREATE FUNCTION', object: 'app.f', code: '42883' },
    { verb: 'GRANT', object: 'extensions.st_area', code: '42883' },
    { verb: 'COMMENT ON EXTENSION', object: 'postgis', code: '42704' },
    { verb: 'COPY', object: 'topology.layer', code: '3F000' },
  ]
  it.for(excused)('reaches $verb $object ($code)', (said) => {
    expect(meaningOf(said, withoutPostgis())).toBe('engine')
    expect(meaningOf(said)).toBe('loss')
  })

  const losses: readonly Said[] = [
    { verb: 'ALTER TABLE OWNER TO', object: 'app.users', code: '42704' },
    { verb: 'GRANT', object: 'app.users', code: '42704' },
    { verb: 'CREATE SCHEMA', object: 'web', code: '42704' },
    { verb: 'CREATE POLICY', object: 'app.users.own', code: '42704' },
    { verb: 'COPY', object: 'app.users', code: '42P01' },
    { verb: 'COPY', object: 'public.users', code: '42P01' },
    { verb: 'CREATE VIEW', object: 'app.v', code: '42P01', text: 'CREATE VIEW app.v AS SELECT 1 FROM app.users' },
    { verb: 'COPY', object: 'app.places', code: '22P02' },
    { verb: 'CREATE TABLE', object: 'app.places', code: '42601' },
  ]
  it.for(losses)('does not reach $verb $object ($code)', (said) => {
    expect(meaningOf(said, withoutPostgis())).toBe('loss')
  })
})

describe('want of rights', () => {
  const withheld = new MissingExtensions()
  withheld.withhold()
  withheld.victim('public.legacy')
  withheld.victim('far')

  const excused: readonly Said[] = [
    { verb: 'CREATE EVENT TRIGGER', object: 'audit', code: '42501' },
    { verb: 'CREATE FUNCTION', object: 'public.c_function', code: '42501', routine: 'aclcheck_error' },
    { verb: 'CREATE EXTENSION', object: 'strict', code: '42501', routine: 'exec_stmt_raise' },
    { verb: 'CREATE VIEW', object: 'public.v', code: '42883', text: 'CREATE VIEW public.v AS SELECT public.legacy()' },
    { verb: 'COPY', object: 'public.legacy', code: '42P01' },
    { verb: 'CREATE SERVER', object: 's', code: '42704', text: 'CREATE SERVER s FOREIGN DATA WRAPPER far;' },
    { verb: 'GRANT', object: 'app', code: '0LP01', text: 'GRANT app TO postgres GRANTED BY boss;' },
  ]
  it.for(excused)('is no loss for a role that is no superuser: $verb $object ($code)', (said) => {
    expect(meaningOf(said, withheld, false)).toBe('rights')
    const isHisOwn = said.verb === 'CREATE VIEW' || said.object === 'public.legacy'
    expect(meaningOf(said, isHisOwn ? withheld : new MissingExtensions(), true)).toBe(isHisOwn ? 'engine' : 'loss')
  })

  it.for<Said>([
    { verb: 'CREATE TABLE', object: 'public.t', code: '42601' },
    { verb: 'COPY', object: 'public.users', code: '42P01' },
    { verb: 'COPY', object: 'public.users', code: '22P02' },
    { verb: 'ALTER TABLE OWNER TO', object: 'public.users', code: '42704' },
    // A trigger's function that the dump has lost is no extension's.
    { verb: 'CREATE TRIGGER', object: 'public.users.touch', code: '42883', text: 'EXECUTE FUNCTION public.touch()' },
    { verb: 'CREATE FUNCTION', object: 'public.f', code: '58P01' },
    { verb: 'CREATE SERVER', object: 's', code: '42704', text: 'CREATE SERVER s FOREIGN DATA WRAPPER farther;' },
    { verb: 'CREATE TABLE', object: 'public.t', code: '42704', text: 'CREATE TABLE public.t (a public.mood)' },
    // The dump's own code says no, whoever restores.
    { verb: 'COPY', object: 'public.users', code: '42501', routine: 'exec_stmt_raise' },
    { verb: 'GRANT', object: 'app', code: '0LP01', text: 'GRANT app TO other GRANTED BY postgres;' },
    { verb: 'GRANT', object: 'app', code: '0LP01', text: 'GRANT SELECT ON TABLE public.users TO postgres;' },
  ])('explains nothing else: $verb $object ($code)', (said) => {
    expect(meaningOf(said, withheld, false)).toBe('loss')
  })

  it('may be of what an extension would have brought, which nobody can know by name', () => {
    const unknown = new MissingExtensions()
    unknown.withhold()
    unknown.withholdExtension('dblink')
    const said = { verb: 'CREATE VIEW', object: 'public.v', code: '42883' }
    expect(meaningOf(said, unknown, false)).toBe('rights')
    expect(meaningOf({ verb: 'COMMENT ON EXTENSION', object: 'dblink', code: '42704' }, unknown, false)).toBe('rights')
    expect(meaningOf(said, withheld, false)).toBe('loss')
    expect(meaningOf({ ...said, code: '42601' }, unknown, false)).toBe('loss')
  })

  it.for(['23503', 'P0001'])('is no loss of rows whose triggers the dump would have silent (%s)', (code) => {
    const loud = new MissingExtensions()
    loud.withhold('session_replication_role')
    const said = { verb: 'COPY', object: 'public.users', code }
    expect(meaningOf(said, loud, false)).toBe('rights')
    expect(meaningOf(said, withheld, false)).toBe('loss')
    expect(meaningOf({ ...said, code: '22P02' }, loud, false)).toBe('loss')
  })

  it('is no loss of an owner that nobody is made a superuser for, on a server that is not ours', () => {
    const said = { verb: 'ALTER EVENT TRIGGER OWNER TO', object: 'audit', code: '42501' }
    expect(meaningOf(said, withheld, true, false)).toBe('rights')
    expect(meaningOf(said, withheld, true, true)).toBe('loss')
    expect(meaningOf({ ...said, code: '42704' }, withheld, true, false)).toBe('loss')
    expect(meaningOf({ ...said, verb: 'ALTER TABLE OWNER TO' }, withheld, true, false)).toBe('loss')
  })

  it('explains nothing that came before it', () => {
    expect(meaningOf({ verb: 'CREATE VIEW', object: 'public.v', code: '42883' }, new MissingExtensions(), false)).toBe(
      'loss',
    )
  })
})

describe('what the engine is known to lack', () => {
  it.each(['42704', '22023', '58P01'])('is why a statement that asks for it is refused with %s', (code) => {
    expect(meaningOf({ verb: 'CREATE TABLE', object: 'public.names', code })).toBe('engine')
  })

  it('excuses no other object, and no other refusal', () => {
    expect(meaningOf({ verb: 'CREATE TABLE', object: 'public.others', code: '42704' })).toBe('loss')
    expect(meaningOf({ verb: 'CREATE TABLE', object: 'public.names', code: '42601' })).toBe('loss')
    expect(meaningOf({ verb: 'COPY', object: 'public.names', code: '22P02' })).toBe('loss')
  })

  it('excuses what hangs on an object that could not be made, and nothing else', () => {
    const missing = new MissingExtensions()
    missing.victim('public.names')
    const index = { verb: 'CREATE INDEX', object: 'public.names_a', code: '42P01' }
    const on = (table: string): string => `CREATE INDEX names_a ON ${table} USING btree (a);`
    expect(meaningOf({ ...index, text: on('public.names') }, missing)).toBe('engine')
    expect(meaningOf({ ...index, text: on('public.others') }, missing)).toBe('loss')
    expect(meaningOf({ ...index, code: '42501', text: on('public.names') }, missing)).toBe('loss')
    expect(meaningOf({ verb: 'COPY', object: 'public.names', code: '42P01' }, missing)).toBe('engine')
  })

  it('may be a language whose interpreter does not start', () => {
    expect(meaningOf({ verb: 'CREATE EXTENSION', object: 'pltcl', code: 'XX000' })).toBe('engine')
    expect(meaningOf({ verb: 'CREATE TABLE', object: 'public.t', code: 'XX000' })).toBe('loss')
  })

  it('may be a version of an extension', () => {
    expect(meaningOf({ verb: 'CREATE EXTENSION', object: 'hstore', code: '22023' })).toBe('engine')
  })
})
