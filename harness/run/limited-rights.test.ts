import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../core/index.ts'
import { embeddedEngine } from '../engine/index.ts'
import type { RehearsalRecord } from '../report/index.ts'
import { dumpWith, rehearseDump } from './testing/rehearse-dump.ts'
import { fixtures, redOf, rehearseSet } from './testing/rehearse-set.ts'

/** A machine that forbids what shuts a server in. */
const open = embeddedEngine({ strongestConfinement: 'death signal' })

let folder = ''
let listener: Server
let connections = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limited-rights-'))
  // The server may have another uid: what it could do must show.
  await chmod(folder, 0o777)
  listener = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, resolve))
})
afterAll(async () => {
  listener.close()
  await rm(folder, { recursive: true, force: true })
})

async function rehearseWith(definitions: string, major: 15 | 17 = 17, engine = open): Promise<RehearsalRecord> {
  const path = join(folder, 'dump.sql')
  const text = dumpWith({ definitions })
  await writeFile(path, major === 17 ? text : text.replaceAll('17.10', '15.18'))
  return (await rehearseDump(path, { engine })).record
}

const attributes = 'INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS'
const ordinary = `CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER ${attributes} PASSWORD 'x';
CREATE ROLE readers;
ALTER ROLE readers WITH NOSUPERUSER ${attributes};
GRANT readers TO app GRANTED BY postgres;
CREATE SCHEMA web;
ALTER SCHEMA web OWNER TO app;
CREATE TABLE web.page (id integer);
ALTER TABLE web.page OWNER TO app;
ALTER TABLE public.item OWNER TO postgres;
GRANT SELECT ON TABLE public.item TO readers;
ALTER TABLE public.item ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.item TO app USING (true);
CREATE EXTENSION pgcrypto WITH SCHEMA public;
CREATE PUBLICATION changes FOR TABLE public.item;
`

describe('where a server could not be shut in', () => {
  it.for([15, 17] as const)('an ordinary dump of major %i is GO all the same', async (major) => {
    const record = await rehearseWith(ordinary, major)
    expect(record.findings.filter(({ status, notice }) => status !== 'same' && !notice)).toEqual([])
    expect(record.verdict.answer).toBe('GO')
    expect(record.engine?.isolation).toMatchObject({ network: 'host', files: 'host' })
  })

  it.for([
    ['edupath', '2026-11-01-pg15'],
    ['edupath', '2026-11-08-pg17'],
    ['edupath', '2026-11-15-supabase-cli'],
    ['chakai', '2026-11-01-pg15'],
    ['chakai', '2026-11-08-pg17'],
    ['chakai', '2026-11-15-pg15-inserts'],
  ] as const)('a set that is GO elsewhere is GO here: %s %s', async ([project, set]) => {
    const rehearsed = await rehearseSet(project, { backup: join(fixtures, project, 'backups', set) }, { engine: open })
    expect(redOf(rehearsed)).toEqual([])
    expect(rehearsed.record.verdict.answer).toBe('GO')
    expect(rehearsed.record.engine?.isolation).toMatchObject({ network: 'host', files: 'host' })
  })

  it.for([15, 17])(
    'who restores into %i is no superuser, nor becomes one; one is, who restores nothing',
    async (major) => {
      const need = { major, extensions: [], plainBytes: 1e6, superuser: 'postgres' }
      await using server = await open.start(need, { signal: new AbortController().signal, progress: silentProgress })
      await server.createDatabase('shop')
      await using session = await server.connect('shop')
      expect(await session.query(`SELECT current_user AS me, current_setting('is_superuser') AS super`)).toEqual([
        { me: 'postgres', super: 'off' },
      ])
      expect(await session.query('SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin')).toEqual([
        { rolname: 'rehearsal_admin' },
      ])
      for (const way of [
        'SET ROLE rehearsal_admin',
        'SET SESSION AUTHORIZATION rehearsal_admin',
        'RESET SESSION AUTHORIZATION; ALTER ROLE postgres SUPERUSER',
        'CREATE ROLE evil SUPERUSER',
        'GRANT rehearsal_admin TO postgres',
        'GRANT pg_execute_server_program TO postgres',
        'GRANT pg_read_server_files TO postgres',
        'GRANT pg_write_server_files TO postgres',
        'CREATE ROLE x IN ROLE pg_execute_server_program',
        'CREATE ROLE x ROLE postgres; GRANT pg_execute_server_program TO x',
        'SET ROLE pg_execute_server_program',
        `COPY (SELECT 1) TO PROGRAM 'true'`,
        'ALTER ROLE rehearsal_admin PASSWORD NULL',
        'ALTER ROLE rehearsal_admin RENAME TO x',
        `ALTER SYSTEM SET shared_preload_libraries = 'x'`,
        `UPDATE pg_catalog.pg_authid SET rolsuper = true`,
      ]) {
        expect([way, (await session.execute(way)).ok]).toEqual([way, false])
      }
    },
  )
})

/** Each wants a superuser, reaches outside, or both. */
const wanting: readonly (readonly [string, () => string])[] = [
  [
    'an event trigger',
    () =>
      'CREATE FUNCTION public.e() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;\nCREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION public.e();',
  ],
  [
    'an extension that is not trusted',
    () =>
      'CREATE EXTENSION dblink WITH SCHEMA public;\nCREATE VIEW public.v AS SELECT public.dblink_get_connections() AS c;',
  ],
  ['a function in C', () => `CREATE FUNCTION public.f() RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'f';`],
  [
    'a foreign data wrapper',
    () => 'CREATE EXTENSION postgres_fdw WITH SCHEMA public;\nCREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;',
  ],
  ['a superuser of its own', () => `CREATE ROLE boss;\nALTER ROLE boss WITH SUPERUSER ${attributes};`],
  ['a program', () => `DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch ${folder}/canary'''; END $$;`],
  [
    'a program, as a member of who may start one',
    () =>
      `CREATE ROLE helper;\nGRANT pg_execute_server_program TO helper;\nGRANT pg_execute_server_program TO postgres;\nDO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch ${folder}/canary'''; END $$;`,
  ],
  ['a file', () => `CREATE TABLE public.t AS SELECT pg_catalog.pg_read_file('${folder}/dump.sql') AS x;`],
  [
    'a large object written to a file',
    () => `DO $$ BEGIN PERFORM lo_export(lo_from_bytea(0, 'x'), '${folder}/canary'); END $$;`,
  ],
  [
    'a subscription',
    () =>
      `CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 port=${(listener.address() as AddressInfo).port} dbname=x' PUBLICATION p;`,
  ],
  ['an operator class', () => 'CREATE OPERATOR CLASS public.mine FOR TYPE integer USING btree AS OPERATOR 1 <;'],
]

describe('what wants a superuser, where a server could not be shut in', () => {
  it.for(wanting)('is not checked, and never a fault of the backup: %s', async ([, statements]) => {
    const record = await rehearseWith(statements(), 15)
    const against = record.findings.filter(({ status, notice }) => status === 'differs' && !notice)
    expect(against.map(({ message }) => message)).toEqual([])
    expect(record.verdict.answer).toBe('UNDECIDED')
    expect(record.findings.find(({ object }) => object === 'superuser')).toMatchObject({
      check: 'engine',
      status: 'not-checked',
      remedy: expect.stringContaining('allow user namespaces'),
    })
    expect(existsSync(join(folder, 'canary'))).toBe(false)
    expect(connections).toBe(0)
  })

  it('is no excuse for what a superuser would be refused too', async () => {
    const [, eventTrigger = () => ''] = wanting[0] ?? []
    const record = await rehearseWith(
      `${eventTrigger()}
CREATE TABLE public.t (id no_such_type);
CREATE TABLE public.strict (id integer);
CREATE TRIGGER touch BEFORE UPDATE ON public.strict FOR EACH ROW EXECUTE FUNCTION public.lost();
CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE insufficient_privilege; END $$;
CREATE TRIGGER no BEFORE INSERT ON public.strict FOR EACH ROW EXECUTE FUNCTION public.no();
INSERT INTO public.strict VALUES (1);
CREATE ROLE a;
CREATE ROLE b;
GRANT a TO b;
GRANT b TO a;
`,
      15,
    )
    expect(record.verdict.answer).toBe('NO-GO')
    const against = record.findings.filter(({ status, notice }) => status === 'differs' && !notice)
    const said = against.map(({ object }) => object)
    expect(said).toEqual(expect.arrayContaining(['public.t', 'public.strict.touch', 'public.strict', 'b']))
    expect(record.findings.filter(({ object }) => object === 'superuser')).toHaveLength(1)
  })

  const totals = `CREATE ROLE app;
CREATE MATERIALIZED VIEW public.totals AS SELECT count(*) AS items FROM public.item WITH NO DATA;
ALTER MATERIALIZED VIEW public.totals OWNER TO app;
`
  const fill = 'REFRESH MATERIALIZED VIEW public.totals;\n'
  it.for([
    { lost: 'its owner has the grant', more: 'GRANT SELECT ON public.item TO app;\n', answer: 'GO' },
    { lost: 'its owner has lost it', more: '', answer: 'NO-GO' },
    { lost: 'what was withheld may have brought it', more: 'ALTER ROLE app WITH SUPERUSER;\n', answer: 'UNDECIDED' },
  ])('nor for a materialised view that its owner may not fill: $lost', async ({ more, answer }) => {
    const record = await rehearseWith(totals + more + fill)
    expect(record.verdict.answer).toBe(answer)
    const against = record.findings.filter(({ status, notice }) => status === 'differs' && !notice)
    expect([...new Set(against.map(({ object }) => object))]).toEqual(answer === 'NO-GO' ? ['public.totals'] : [])
  })
})
