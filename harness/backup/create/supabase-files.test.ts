import { describe, expect, it } from 'vitest'
import { readEntries } from './archive-entries.ts'
import { ownRolesOf } from './own-roles.ts'
import { findOwnTriggers, homeOf } from './platform-entries.ts'

const homes = (lines: readonly string[], own: readonly string[] = []) =>
  readEntries(lines.map((line, index) => `${index}; 1 2 ${line}`).join('\n')).map((entry) =>
    homeOf(entry, new Set(own)),
  )

describe('an entry of a Supabase archive', () => {
  it.each([
    ['own', 'TABLE public users postgres'],
    ['own', 'TABLE APP users postgres'],
    ['own', 'TABLE DATA auth users supabase_auth_admin'],
    ['own', 'SEQUENCE SET auth refresh_tokens_id_seq supabase_auth_admin'],
    ['own', 'POLICY storage objects own files supabase_storage_admin'],
    ['own', 'COMMENT storage POLICY "own files" ON objects supabase_storage_admin'],
    ['own', 'TRIGGER auth users made supabase_auth_admin'],
    ['own', 'FUNCTION auth mine() postgres'],
    ['own', 'EVENT TRIGGER - watched postgres'],
    ['own', 'PUBLICATION - changes postgres'],
    ['own', 'PUBLICATION TABLE public supabase_realtime users postgres'],
    ['own', 'EXTENSION - pgcrypto '],
    ['own', 'BLOB METADATA - 16400 postgres'],
    ['platform', 'SCHEMA - auth supabase_admin'],
    ['platform', 'ACL - SCHEMA auth supabase_admin'],
    ['platform', 'TABLE auth users supabase_auth_admin'],
    ['platform', 'TRIGGER storage objects update_objects_updated_at supabase_storage_admin'],
    ['platform', 'PUBLICATION - supabase_realtime postgres'],
    ['internal', 'TABLE DATA auth schema_migrations supabase_auth_admin'],
    ['internal', 'TABLE vault secrets supabase_admin'],
    ['internal', 'DEFAULT ACL public DEFAULT PRIVILEGES FOR TABLES supabase_admin'],
    ['internal', 'EVENT TRIGGER - pgrst_ddl_watch supabase_admin'],
    ['internal', 'COMMENT - EXTENSION pgcrypto '],
  ])('is %s: %s', (home, line) => {
    expect(homes([line], ['auth users made', '- watched'])).toEqual([home])
  })

  it('is no entry as a comment', () => {
    expect(readEntries('; Archive created at\n;\n')).toEqual([])
  })

  it('is a trigger of the project when it calls a function of the project', () => {
    const sql = `
-- Name: users made; Type: TRIGGER; Schema: auth; Owner: supabase_auth_admin
CREATE TRIGGER made AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.handle();

-- Name: objects kept; Type: TRIGGER; Schema: storage; Owner: supabase_storage_admin
CREATE TRIGGER kept BEFORE UPDATE ON storage.objects FOR EACH ROW EXECUTE FUNCTION storage.keep();

-- Name: pgrst_ddl_watch; Type: EVENT TRIGGER; Schema: -; Owner: supabase_admin
CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end
   EXECUTE FUNCTION extensions.pgrst_ddl_watch();

-- Name: watched; Type: EVENT TRIGGER; Schema: -; Owner: supabase_admin
CREATE EVENT TRIGGER watched ON ddl_command_end
   EXECUTE FUNCTION "own".watch();
`
    expect([...findOwnTriggers(sql)]).toEqual(['auth users made', '- watched'])
  })
})

describe('the roles of a project', () => {
  it('are its own, without attributes of the platform’s, and with memberships in them', () => {
    const dump = [
      '\\restrict x',
      "SET client_encoding = 'UTF8';",
      'CREATE ROLE anon;',
      'ALTER ROLE anon WITH NOSUPERUSER NOLOGIN;',
      'CREATE ROLE app;',
      `ALTER ROLE app WITH NOSUPERUSER INHERIT LOGIN NOREPLICATION NOBYPASSRLS PASSWORD 'SCRAM-SHA-256$x;\ny';`,
      'ALTER ROLE postgres WITH NOSUPERUSER CREATEDB;',
      `ALTER ROLE anon SET statement_timeout TO '3s';`,
      `ALTER ROLE anon SET search_path TO 'x';`,
      `COMMENT ON ROLE app IS 'one;\n-- two';`,
      'GRANT anon TO authenticator WITH INHERIT FALSE GRANTED BY supabase_admin;',
      'GRANT app TO authenticator WITH INHERIT TRUE GRANTED BY postgres;',
    ]
    expect(ownRolesOf(dump.join('\n')).split('\n').slice(1)).toEqual([
      `SET client_encoding = 'UTF8';`,
      'CREATE ROLE app;',
      `ALTER ROLE app WITH INHERIT LOGIN PASSWORD 'SCRAM-SHA-256$x;`,
      `y';`,
      `ALTER ROLE anon SET statement_timeout TO '3s';`,
      `COMMENT ON ROLE app IS 'one;`,
      `-- two';`,
      'GRANT app TO authenticator WITH INHERIT TRUE;',
      '',
    ])
  })
})
