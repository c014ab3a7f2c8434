import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findOracle, toolsOf } from '../harness/restore/testing/oracle-test.ts'
import { rehearse, type Ended } from './testing/command.ts'
import { Project } from './testing/project.ts'
import { StandIn } from './testing/stand-in.ts'

const oracle = await findOracle(17)
const textOf = async (path: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8')
const platform = async (name: string): Promise<string> => textOf(`harness/supabase/platform-${name}.sql`)

/** As on the platform: `supabase_admin` has made the cluster, and `postgres` is a superuser only while it is set up. */
const platformStart = `
  CREATE ROLE postgres SUPERUSER LOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS; CREATE ROLE supabase_storage_admin NOLOGIN;
  GRANT pg_read_all_data TO postgres`
const apiRoles = 'GRANT anon, authenticated, service_role TO postgres WITH ADMIN OPTION'
const demote = 'ALTER ROLE postgres NOSUPERUSER'
const eventTrigger = `
  CREATE EVENT TRIGGER watched ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION public.watch();
  CREATE FUNCTION extensions.pgrst_drop_watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
  CREATE EVENT TRIGGER pgrst_drop_watch ON sql_drop EXECUTE FUNCTION extensions.pgrst_drop_watch()`

/** What the CLI's files lose, and what is the platform's own business. */
const more = `
  CREATE ROLE app_reader NOLOGIN; GRANT app_reader TO authenticated; GRANT authenticated TO app_reader_of_all;
  ALTER ROLE anon SET statement_timeout = '7s';
  CREATE POLICY "own files" ON storage.objects FOR SELECT TO authenticated USING (owner = auth.uid());
  COMMENT ON POLICY "own files" ON storage.objects IS 'kept';
  CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
  CREATE PUBLICATION changes FOR TABLE public.users;
  ALTER PUBLICATION supabase_realtime ADD TABLE public.users;
  COMMENT ON TABLE public.users IS 'one line
-- and one that looks like a comment';
  INSERT INTO storage.buckets (id, name) VALUES ('files', 'files');
  SELECT lo_from_bytea(0, 'a large object');`

describe.skipIf(oracle.isSkipped)(`a backup of a Supabase project: ${oracle.title}`, { timeout: 300_000 }, () => {
  let standIn: StandIn
  let project: Project
  let taken: Ended
  beforeAll(async () => {
    const parts = await Promise.all(['roles', 'extensions', 'auth', 'storage', 'publication'].map(platform))
    const own = [await textOf('fixtures/edupath/schema.sql'), await textOf('fixtures/edupath/rows.sql')]
    standIn = await StandIn.start(`${platformStart}; CREATE ROLE app_reader_of_all NOLOGIN`, 17, 'supabase_admin')
    const asOwner = ['SET SESSION AUTHORIZATION postgres', ...own, 'RESET ALL', more, 'RESET SESSION AUTHORIZATION']
    for (const sql of [...parts, apiRoles, ...asOwner, eventTrigger, demote]) await standIn.session.query(sql)
    project = await Project.empty()
    taken = await run(['backup', '--from', 'env:SHOP', '--out', 'sets', '--artefacts', 'all'])
  }, 120_000)
  afterAll(async () => {
    await project[Symbol.asyncDispose]()
    await standIn[Symbol.asyncDispose]()
  })

  const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
    rehearse(args, {
      cwd: project.folder,
      env: { SHOP: standIn.url(), REHEARSAL_CLIENTS: process.env['REHEARSAL_CLIENTS'] ?? '', ...env },
    })
  const set = async (): Promise<string> => project.path(join('sets', (await readdir(project.path('sets')))[0] ?? ''))

  it('is GO on a server that is none of the platform', async () => {
    expect(taken.code).toBe(0)
    expect(taken.stderr).toMatch(/pulls about [\d.]+ MB of tables: egress of the project/)
    const ended = await run(['run', '--backup', 'sets'])
    expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('every row equal to production')])
  })

  it('has the files of the CLI with what that loses, and without the attributes of the platform’s roles', async () => {
    const read = async (name: string): Promise<string> => readFile(join(await set(), name), 'utf8')
    const [roles, schema, data] = await Promise.all(
      ['supabase_roles.sql', 'supabase_schema.sql', 'supabase_data.sql'].map(read),
    )
    expect(roles).toContain('CREATE ROLE app_reader;')
    expect(roles).not.toMatch(/(?:CREATE ROLE|ALTER ROLE) (?:postgres|anon|authenticated|service_role)(?:;| WITH)/)
    for (const kept of [
      'CREATE EVENT TRIGGER watched',
      'CREATE POLICY "own files" ON storage.objects',
      'COMMENT ON POLICY "own files"',
      'CREATE TRIGGER on_auth_user_created',
      'CREATE PUBLICATION changes',
      'ALTER PUBLICATION supabase_realtime ADD TABLE',
      '-- and one that looks like a comment',
    ])
      expect(schema).toContain(kept)
    expect(schema).not.toMatch(
      /CREATE TABLE (?:auth|storage)\.|CREATE SCHEMA (?:auth|storage|extensions)|CREATE PUBLICATION supabase|EVENT TRIGGER pgrst/,
    )
    expect(data).toMatch(/^SET session_replication_role = replica;/)
    for (const kept of ['COPY auth.users', 'COPY storage.buckets', 'lo_create']) expect(data).toContain(kept)
    expect(data).toMatch(/RESET ALL;\n$/)
  })

  it('comes back whole out of those files alone, without an error', async () => {
    await using target = await StandIn.start(
      `${platformStart}; ${await platform('roles')}; ${apiRoles}`,
      17,
      'supabase_admin',
    )
    const url = target.url()
    const files = ['roles', 'platform_schema', 'schema', 'data'].map((name) => `supabase_${name}.sql`)
    for (const name of files) {
      const args = ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-f', join(await set(), name), url]
      const { stderr } = await promisify(execFile)(join(toolsOf(oracle).folder, 'psql'), args)
      expect(stderr).not.toMatch(/ERROR|FATAL/)
    }
    await target.session.query(demote)
    const diff = await run(['diff', 'env:SHOP', 'env:TARGET'], { TARGET: url })
    // The platform's own, which a new project has.
    expect(diff.stdout.match(/^ *\w[\w ]* \(\d+\)$/gm)).toEqual(['lost behaviour (2)', 'notices (1)'])
    expect(diff.stdout.match(/.* is only in env:SHOP/g)).toEqual([
      expect.stringContaining('event trigger pgrst_drop_watch'),
      expect.stringContaining('extensions.pgrst_drop_watch'),
    ])
  })
})
