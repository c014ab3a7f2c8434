import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentProgress } from '../../core/index.ts'
import { embeddedEngine, type DisposableServer } from '../../engine/index.ts'
import type { Session } from '../../postgres/index.ts'
import { changeOwner } from './change-owner.ts'
import { Deputy } from './deputy.ts'
import { grantOnMember } from './grant-on.ts'
import { grantRole } from './grant-role.ts'
import { readOrder } from './read-order.ts'
import { isSafeRole } from './safe-roles.ts'

/** As the ledger would call it. */
function verbOf(text: string): string {
  if (/^ALTER .* OWNER TO/s.test(text)) return `${/^ALTER (?:MATERIALIZED )?\w+/.exec(text)?.[0]} OWNER TO`
  if (text.startsWith('ALTER PUBLICATION')) return 'ALTER PUBLICATION ADD TABLES IN SCHEMA'
  return /^(?:CREATE \w+|COMMENT ON EXTENSION|SET|GRANT|REVOKE|ALTER ROLE)/.exec(text)?.[0] ?? text
}

describe.for([15, 17])('where whoever restores into %i is no superuser', (major) => {
  let server: DisposableServer
  let session: Session
  let admin: Session
  let deputy: Deputy
  beforeAll(async () => {
    const need = { major, extensions: [], plainBytes: 1e6, superuser: 'postgres' }
    const open = embeddedEngine({ strongestConfinement: 'death signal' })
    server = await open.start(need, { signal: new AbortController().signal, progress: silentProgress })
    await server.createDatabase('shop')
    const asAdmin = await server.limits?.connectAdmin?.('shop')
    if (!asAdmin) throw new Error('a server that is limited has somebody who is not')
    admin = asAdmin
    session = await server.connect('shop')
    deputy = new Deputy(server, true)
    await run(`CREATE ROLE app; CREATE ROLE "we""ird; x"; CREATE SCHEMA web`)
    await admin.query(`GRANT app, "we""ird; x" TO postgres WITH ADMIN OPTION;
      CREATE ROLE far; GRANT pg_read_server_files TO far; CREATE ROLE between; GRANT far TO between; CREATE ROLE reached;
      GRANT between TO reached`)
    await run(`CREATE TABLE web.page (id int); CREATE VIEW web.seen AS SELECT 1 AS x; CREATE SEQUENCE web.counter;
      CREATE TYPE web.mood AS ENUM ('a'); CREATE DOMAIN web.small AS int CHECK (value < 9);
      CREATE FUNCTION web.f(a integer, OUT b text) LANGUAGE sql AS 'SELECT ''x''';
      CREATE FUNCTION web.f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE AGGREGATE web.most(integer) (sfunc = int4larger, stype = integer);
      CREATE FUNCTION web.strong() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT current_user::text';
      CREATE STATISTICS web.told ON id, (id + 1) FROM web.page; CREATE COLLATION web.plain FROM "C";
      CREATE TEXT SEARCH CONFIGURATION web.words (COPY = simple); CREATE PUBLICATION mine`)
  })
  afterAll(async () => {
    for (const opened of [deputy, session, admin, server]) await opened?.[Symbol.asyncDispose]()
  })

  async function run(text: string): Promise<void> {
    const outcome = await session.execute(text)
    if (!outcome.ok) throw new Error(`${text}: ${outcome.refusal.message}`)
  }
  async function attempt(text: string): Promise<boolean> {
    return (await deputy.run({ verb: verbOf(text), text: Buffer.from(text) }, session, 'shop')).ok
  }
  async function one(text: string): Promise<string | null> {
    const [row] = await admin.query(text)
    return row ? (Object.values(row)[0] ?? null) : null
  }

  it.for([
    ['ALTER TABLE web.page OWNER TO app;', `SELECT relowner::regrole FROM pg_class WHERE oid = 'web.page'::regclass`],
    ['ALTER VIEW web.seen OWNER TO app;', `SELECT relowner::regrole FROM pg_class WHERE oid = 'web.seen'::regclass`],
    [
      'ALTER SEQUENCE web.counter OWNER TO app;',
      `SELECT relowner::regrole FROM pg_class WHERE oid = 'web.counter'::regclass`,
    ],
    ['ALTER TYPE web.mood OWNER TO app;', `SELECT typowner::regrole FROM pg_type WHERE typname = 'mood'`],
    ['ALTER DOMAIN web.small OWNER TO app;', `SELECT typowner::regrole FROM pg_type WHERE typname = 'small'`],
    [
      'ALTER FUNCTION web.f(a integer, OUT b text) OWNER TO app;',
      `SELECT string_agg(proowner::regrole::text, ',' ORDER BY oid) || ',app' FROM pg_proc WHERE oid = 'web.f(integer)'::regprocedure`,
    ],
    ['ALTER AGGREGATE web.most(integer) OWNER TO app;', `SELECT proowner::regrole FROM pg_proc WHERE proname = 'most'`],
    ['ALTER STATISTICS web.told OWNER TO app;', 'SELECT stxowner::regrole FROM pg_statistic_ext'],
    ['ALTER COLLATION web.plain OWNER TO app;', `SELECT collowner::regrole FROM pg_collation WHERE collname = 'plain'`],
    ['ALTER PUBLICATION mine OWNER TO app;', `SELECT pubowner::regrole FROM pg_publication WHERE pubname = 'mine'`],
    [
      'CREATE EXTENSION IF NOT EXISTS moddatetime WITH SCHEMA web;',
      `SELECT extname FROM pg_extension WHERE extname = 'moddatetime' AND extnamespace = 'web'::regnamespace`,
    ],
    [
      'CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA web;',
      `SELECT extname FROM pg_extension WHERE extname = 'pg_stat_statements'`,
    ],
    [
      `COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL; it''s a \\ language';`,
      `SELECT obj_description(oid) FROM pg_extension WHERE extname = 'plpgsql'`,
    ],
    ['SET session_replication_role = replica;', `SELECT 'set'`],
    [
      `CREATE PUBLICATION every FOR ALL TABLES WITH (publish = 'insert, update');`,
      `SELECT pubowner::regrole FROM pg_publication WHERE puballtables AND pubinsert AND NOT pubdelete`,
    ],
    ['ALTER PUBLICATION every OWNER TO app;', `SELECT pubowner::regrole FROM pg_publication WHERE pubname = 'every'`],
    [
      'GRANT pg_read_all_data TO app WITH ADMIN OPTION;',
      `SELECT roleid::regrole FROM pg_auth_members WHERE member = 'app'::regrole`,
    ],
  ] as const)('%s', async ([text, seen]) => {
    expect(await attempt(text)).toBe(true)
    expect(await one(seen)).not.toBeNull()
  })

  it('a name is a name, whatever it says', async () => {
    await run('CREATE TABLE web."a""; DROP TABLE web.page; --" (id int)')
    expect(await attempt('ALTER TABLE web."a""; DROP TABLE web.page; --" OWNER TO "we""ird; x"')).toBe(true)
    expect(await one(`SELECT relowner::regrole FROM pg_class WHERE relname LIKE 'a"%'`)).toBe('"we""ird; x"')
    expect(await one(`SELECT to_regclass('web.page')`)).toBe('web.page')
  })

  it.for([
    ['to a superuser', 'ALTER FUNCTION web.strong() OWNER TO rehearsal_admin;'],
    ['to who starts programs', 'ALTER FUNCTION web.strong() OWNER TO pg_execute_server_program;'],
    ['to who reads files', 'ALTER FUNCTION web.strong() OWNER TO pg_read_server_files;'],
    ['to who writes files', 'ALTER FUNCTION web.strong() OWNER TO pg_write_server_files;'],
    ['to who is a member of one, by others', 'ALTER FUNCTION web.strong() OWNER TO reached;'],
    ['to a role it is no member of', 'ALTER FUNCTION web.strong() OWNER TO far;'],
    ['to a predefined role', 'ALTER FUNCTION web.strong() OWNER TO pg_monitor;'],
    ['of a view, to a superuser', 'ALTER VIEW web.seen OWNER TO rehearsal_admin;'],
    ['of what is not its own', 'ALTER FUNCTION pg_catalog.pg_read_file(text) OWNER TO postgres;'],
    ['of a table of the catalogue', 'ALTER TABLE pg_catalog.pg_authid OWNER TO postgres;'],
  ] as const)('no object is given away %s', async ([, text]) => {
    expect(await attempt(text)).toBe(false)
    expect(await one(`SELECT proowner::regrole FROM pg_proc WHERE proname = 'strong'`)).toBe('postgres')
  })

  it.for([
    'GRANT pg_read_server_files TO app;',
    'GRANT pg_execute_server_program TO postgres GRANTED BY rehearsal_admin;',
    'GRANT rehearsal_admin TO postgres;',
    'CREATE EXTENSION IF NOT EXISTS dblink WITH SCHEMA web;',
    'CREATE EXTENSION IF NOT EXISTS postgres_fdw WITH SCHEMA web;',
    'CREATE EXTENSION IF NOT EXISTS file_fdw WITH SCHEMA web;',
    'CREATE EXTENSION IF NOT EXISTS plpython3u WITH SCHEMA web;',
    'CREATE EXTENSION IF NOT EXISTS pgstattuple WITH SCHEMA pg_catalog;',
    'COMMENT ON EXTENSION plpgsql IS $$x$$;',
    'SET dynamic_library_path = x;',
    `ALTER ROLE app SET session_preload_libraries TO 'x';`,
    'GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO app;',
    'CREATE SCHEMA mine AUTHORIZATION far;',
    'CREATE SCHEMA mine AUTHORIZATION rehearsal_admin;',
    'SET session_preload_libraries = x;',
    `CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'insert', x = 'y');`,
  ])('is refused as before: %s', async (text) => {
    expect(await attempt(text)).toBe(false)
  })

  it('who leads to a superuser or to files, through however many others, is not to be given anything', async () => {
    for (const role of ['far', 'between', 'reached', 'rehearsal_admin', 'pg_write_server_files', 'nobody at all'])
      expect([role, await isSafeRole(admin, role)]).toEqual([role, false])
    for (const role of ['app', 'postgres', 'pg_monitor'])
      expect([role, await isSafeRole(admin, role)]).toEqual([role, true])
    const grant = { kind: 'grant role', role: 'between', member: 'app', options: [], grantor: null } as const
    expect(await grantRole(admin, grant, 'postgres')).toBe(false)
    expect(await grantRole(admin, { ...grant, role: 'app', member: 'reached' }, 'postgres')).toBe(false)
    const owner = { kind: 'change owner', object: 'routine', name: ['web', 'strong'], arguments: '' } as const
    await admin.query('GRANT reached TO postgres')
    expect(await changeOwner(admin, { ...owner, owner: 'reached' })).toBe(false)
    await admin.query('REVOKE reached FROM postgres')
    expect(await changeOwner(admin, { ...owner, owner: 'app' })).toBe(true)
    await admin.query('ALTER FUNCTION web.strong() OWNER TO rehearsal_admin')
    expect(await changeOwner(admin, { ...owner, owner: 'app' })).toBe(false)
  })

  it('the privileges of what came with an extension are changed, and never those of what came with the server', async () => {
    await run('CREATE EXTENSION pgcrypto WITH SCHEMA web')
    const acl = `SELECT array_to_string(proacl, ' ') FROM pg_proc WHERE oid = 'web.armor(bytea)'::regprocedure`
    expect(await attempt('REVOKE ALL ON FUNCTION web.armor(bytea) FROM PUBLIC;')).toBe(true)
    expect(await one(acl)).toBe('rehearsal_admin=X/rehearsal_admin')
    expect(await attempt('GRANT ALL ON FUNCTION web.armor(bytea) TO app WITH GRANT OPTION;')).toBe(true)
    expect(await attempt('GRANT ALL ON FUNCTION web.armor(bytea) TO postgres;')).toBe(true)
    expect(await one(acl)).toBe('rehearsal_admin=X/rehearsal_admin app=X*/rehearsal_admin')
    const grant = { kind: 'grant on', verb: 'GRANT', withOption: false, roles: ['app'], arguments: null } as const
    const read = { ...grant, object: 'routine', schema: 'pg_catalog', privileges: ['EXECUTE'] } as const
    for (const name of ['pg_read_file', 'lo_export', 'pg_ls_dir']) {
      const asked = { ...read, name, arguments: 'text' }
      expect([name, await grantOnMember(admin, asked, 'postgres')]).toEqual([name, false])
    }
    const table = {
      ...grant,
      object: 'relation',
      schema: 'pg_catalog',
      privileges: ['UPDATE'],
      name: 'pg_authid',
    } as const
    expect(await grantOnMember(admin, table, 'postgres')).toBe(false)
  })

  it('the restoring role is let go of what is to be its own member', async () => {
    await run('CREATE ROLE above')
    await admin.query('GRANT above TO postgres')
    expect(await attempt('GRANT postgres TO above;')).toBe(true)
    expect(await attempt('CREATE SCHEMA high AUTHORIZATION above;')).toBe(true)
    await run('CREATE TABLE web.low (id int)')
    expect(await attempt('ALTER TABLE web.low OWNER TO above;')).toBe(true)
    expect(await one(`SELECT relowner::regrole FROM pg_class WHERE oid = 'web.low'::regclass`)).toBe('above')
  })

  it('an extension finds no schema that somebody else has made for it', async () => {
    await run('CREATE SCHEMA rehearsal_extension')
    expect(await attempt('CREATE EXTENSION IF NOT EXISTS pgrowlocks WITH SCHEMA web;')).toBe(false)
    await run('DROP SCHEMA rehearsal_extension')
    expect(await attempt('CREATE EXTENSION IF NOT EXISTS pgrowlocks WITH SCHEMA web;')).toBe(true)
  })

  it('nothing that the restoring role lays in its way is run by a superuser', async () => {
    await run(`CREATE SCHEMA evil; CREATE TABLE evil.seen (who text); GRANT ALL ON SCHEMA evil TO PUBLIC; GRANT ALL ON evil.seen TO PUBLIC;
      CREATE FUNCTION evil.equal(a name, b text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO evil.seen VALUES (current_user); RETURN true; END $$;
      CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.equal);
      CREATE FUNCTION evil.count() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN INSERT INTO evil.seen VALUES (current_user); RETURN 1; END $$;
      CREATE FUNCTION public.told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO evil.seen VALUES (current_user); RETURN NULL; END $$;
      CREATE TABLE web.laid (id int DEFAULT evil.count() CHECK (evil.equal('a', id::text)));
      CREATE TRIGGER t AFTER INSERT ON web.laid EXECUTE FUNCTION public.told();
      CREATE INDEX ON web.laid ((id + 1));
      ALTER DATABASE shop SET search_path = evil, pg_catalog;
      ALTER DATABASE shop SET role = 'postgres';
      ALTER DATABASE shop SET default_transaction_read_only = on`)
    await deputy.leave()
    expect(await attempt('ALTER TABLE web.laid OWNER TO app;')).toBe(true)
    expect(await one('SELECT count(*) FROM evil.seen')).toBe('0')
    // What would have been seen, had it been run.
    await using shown = await server.connect('shop')
    await shown.execute(`SET transaction_read_only = off; SELECT evil.count()`)
    expect(await one('SELECT string_agg(who, $$,$$) FROM evil.seen')).toBe('postgres')
  })

  it('what was lent is taken back', async () => {
    await deputy[Symbol.asyncDispose]()
    expect(await one('SELECT count(*) FROM pg_catalog.pg_parameter_acl')).toBe('0')
  })
})

describe('what is read', () => {
  it.for([
    ['ALTER TABLE OWNER TO', 'ALTER TABLE a.b OWNER TO c; DROP TABLE x'],
    ['ALTER TABLE OWNER TO', 'ALTER TABLE a.b RENAME TO d OWNER TO c'],
    ['ALTER TABLE OWNER TO', 'ALTER TABLE a.b OWNER TO U&"c"'],
    ['GRANT', 'GRANT a, b TO c'],
    ['GRANT', 'GRANT SELECT ON t TO c'],
    ['GRANT', 'GRANT a TO b WITH ADMIN OPTION, DROP x'],
    ['SET', 'SET session_replication_role = replica, x'],
    ['CREATE PUBLICATION', 'CREATE PUBLICATION p FOR ALL TABLES WITH (publish = (SELECT 1))'],
    ['CREATE EXTENSION', 'CREATE EXTENSION a WITH SCHEMA b CASCADE'],
    ['COMMENT ON EXTENSION', `COMMENT ON EXTENSION plpgsql IS E'x'`],
    ['ALTER DATABASE SET', `ALTER DATABASE shop SET "plperl.on_init" TO 'x'`],
    ['ALTER DATABASE SET', `ALTER DATABASE shop SET dynamic_library_path TO 'x'`],
  ] as const)('is nothing but the whole of a statement of a known form: %s, %s', ([verb, text]) => {
    expect(readOrder(verb, Buffer.from(text))).toBeNull()
  })

  it("is a name of somebody's own, to be kept for sessions to come", () => {
    const text = `ALTER DATABASE shop SET "app.motto" TO 'ours'`
    expect(readOrder('ALTER DATABASE SET', Buffer.from(text))).toEqual({ kind: 'let set', parameter: 'app.motto' })
  })
})
