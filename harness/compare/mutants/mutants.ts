/** One change of one property, and the objects that a comparison must name: exactly those. */
export interface Mutant {
  readonly sql: string
  readonly names: readonly string[]
}

const users = 'app."User Account"'

function mutant(names: string | readonly string[], sql: string): Mutant {
  return { sql, names: typeof names === 'string' ? [names] : names }
}

export const mutants: readonly Mutant[] = [
  // schemas, extensions, database-wide
  mutant('schema app', 'ALTER SCHEMA app OWNER TO app_owner'),
  mutant('schema app', `COMMENT ON SCHEMA app IS 'another'`),
  mutant('schema app', 'COMMENT ON SCHEMA app IS NULL'),
  mutant('schema app', 'REVOKE USAGE ON SCHEMA app FROM app_reader'),
  mutant('schema public', 'GRANT CREATE ON SCHEMA public TO app_writer'),
  mutant('schema extra', 'CREATE SCHEMA extra CREATE TABLE inside (id integer PRIMARY KEY)'),
  mutant('extension citext', 'CREATE EXTENSION citext'),
  mutant('extension hstore', 'DROP EXTENSION hstore'),
  mutant('extension hstore', 'ALTER EXTENSION hstore SET SCHEMA app'),
  mutant('language sql', 'REVOKE USAGE ON LANGUAGE sql FROM PUBLIC'),
  mutant('language plpgsql', 'GRANT USAGE ON LANGUAGE plpgsql TO app_reader WITH GRANT OPTION'),
  mutant('large object metadata', 'GRANT SELECT ON LARGE OBJECT 4711 TO app_reader'),
  mutant('large object metadata', 'ALTER LARGE OBJECT 4711 OWNER TO app_owner'),
  mutant('large object metadata', 'SELECT lo_unlink(4711)'),

  // tables
  mutant('table app.cache', 'DROP TABLE app.cache'),
  mutant('table app.more', 'CREATE TABLE app.more (id integer PRIMARY KEY, CHECK (id > 0))'),
  mutant(
    ['sequence app."User Account_id_seq"', 'table app."User Account"'],
    `ALTER TABLE ${users} OWNER TO app_writer`,
  ),
  mutant('table app."User Account"', `COMMENT ON TABLE ${users} IS 'else'`),
  mutant('table app."User Account"', `REVOKE SELECT ON ${users} FROM app_reader`),
  mutant('table app."User Account"', `GRANT TRUNCATE ON ${users} TO app_reader`),
  mutant('table app.team', 'REVOKE GRANT OPTION FOR INSERT ON app.team FROM app_writer'),
  mutant('table public.plain', 'GRANT SELECT ON public.plain TO PUBLIC'),
  mutant('table app."User Account"', `ALTER TABLE ${users} DISABLE ROW LEVEL SECURITY`),
  mutant('table app."User Account"', `ALTER TABLE ${users} FORCE ROW LEVEL SECURITY`),
  mutant('table app."User Account"', `ALTER TABLE ${users} SET (fillfactor = 70)`),
  mutant('table app."User Account"', `ALTER TABLE ${users} RESET (toast.autovacuum_enabled)`),
  mutant('table public.plain', 'ALTER TABLE public.plain REPLICA IDENTITY DEFAULT'),
  mutant('table public.plain', 'ALTER TABLE public.plain SET UNLOGGED'),
  mutant(
    ['index app.event_2026_kind_idx', 'table app.event_2026'],
    'ALTER TABLE app.event DETACH PARTITION app.event_2026',
  ),
  mutant(
    'table app.event_2026',
    `ALTER TABLE app.event DETACH PARTITION app.event_2026;
     ALTER TABLE app.event ATTACH PARTITION app.event_2026 FOR VALUES FROM ('2026-01-01') TO ('2028-01-01')`,
  ),
  mutant(['constraint app.child.parent_b_check', 'table app.child'], 'ALTER TABLE app.child NO INHERIT app.parent'),

  // columns
  mutant('column app."User Account".mood', `ALTER TABLE ${users} DROP COLUMN mood CASCADE`),
  mutant('column app."User Account".phone', `ALTER TABLE ${users} ADD COLUMN phone text`),
  mutant(
    ['column app."User Account".body', 'column app."User Account".text'],
    `ALTER TABLE ${users} RENAME COLUMN body TO text`,
  ),
  mutant('column app.team.name', 'ALTER TABLE app.team ALTER COLUMN name DROP NOT NULL'),
  mutant('column app."User Account".note', `ALTER TABLE ${users} ALTER COLUMN note SET DEFAULT 'x'`),
  mutant('column app."User Account".mood', `ALTER TABLE ${users} ALTER COLUMN mood DROP DEFAULT`),
  mutant('column public.plain.id', 'ALTER TABLE public.plain ALTER COLUMN id TYPE bigint'),
  mutant(
    ['column app.event.weight', 'column app.event_2025.weight', 'column app.event_2026.weight'],
    'ALTER TABLE app.event ALTER COLUMN weight TYPE numeric(8,2)',
  ),
  mutant('column app.cache.value', 'ALTER TABLE app.cache ALTER COLUMN value TYPE varchar(60)'),
  mutant('column app."User Account".body', `ALTER TABLE ${users} ALTER COLUMN body TYPE text COLLATE "C"`),
  mutant('column app."User Account".body', `ALTER TABLE ${users} ALTER COLUMN body SET STORAGE MAIN`),
  mutant('column app."User Account".body', `ALTER TABLE ${users} ALTER COLUMN body SET COMPRESSION pglz`),
  mutant('column app."User Account".email', `ALTER TABLE ${users} ALTER COLUMN email SET STATISTICS 100`),
  mutant('column app."User Account".email', `ALTER TABLE ${users} ALTER COLUMN email SET (n_distinct = 5)`),
  mutant('column app."User Account".email', `COMMENT ON COLUMN ${users}.email IS NULL`),
  mutant('column app."User Account".note', `REVOKE UPDATE (note) ON ${users} FROM app_writer`),
  mutant('column app."User Account".doubled', `ALTER TABLE ${users} ALTER COLUMN doubled DROP EXPRESSION`),
  mutant(
    ['column app."User Account".body', 'column app."User Account".doubled'],
    `ALTER TABLE ${users} DROP COLUMN doubled, ADD COLUMN doubled integer GENERATED ALWAYS AS (age * 3) STORED`,
  ),
  mutant('column app.team.id', 'ALTER TABLE app.team ALTER COLUMN id SET GENERATED ALWAYS'),
  mutant(['column app.team.id', 'sequence app.team_id_seq'], 'ALTER TABLE app.team ALTER COLUMN id DROP IDENTITY'),
  mutant('column app.adult.email', 'ALTER VIEW app.adult ALTER COLUMN email DROP DEFAULT'),
  mutant('column app.remote.id', `ALTER FOREIGN TABLE app.remote ALTER COLUMN id OPTIONS (SET name 'Id')`),

  // constraints
  mutant(
    'constraint app."User Account"."User Account_team_id_fkey"',
    `ALTER TABLE ${users} DROP CONSTRAINT "User Account_team_id_fkey"`,
  ),
  mutant(
    'constraint app."User Account"."User Account_team_id_fkey"',
    `ALTER TABLE ${users} DROP CONSTRAINT "User Account_team_id_fkey", ADD FOREIGN KEY (team_id) REFERENCES app.team ON DELETE SET NULL`,
  ),
  mutant(
    'constraint app."User Account"."User Account_team_id_fkey"',
    `ALTER TABLE ${users} ALTER CONSTRAINT "User Account_team_id_fkey" DEFERRABLE INITIALLY DEFERRED`,
  ),
  mutant(
    'constraint app."User Account"."User Account_team_id_fkey"',
    `ALTER TABLE ${users} DROP CONSTRAINT "User Account_team_id_fkey", ADD FOREIGN KEY (team_id) REFERENCES app.team ON DELETE CASCADE NOT VALID`,
  ),
  // What a restore with --disable-triggers leaves behind when it stops midway: the key is there and checks nothing.
  mutant(
    ['constraint app."User Account"."User Account_team_id_fkey"', 'trigger app."User Account".touching'],
    `ALTER TABLE ${users} DISABLE TRIGGER ALL`,
  ),
  mutant(
    ['constraint app."User Account"."User Account_team_id_fkey"', 'constraint app.team.team_name_key'],
    'ALTER TABLE app.team DISABLE TRIGGER ALL',
  ),
  mutant('constraint app."User Account".sane_age', `ALTER TABLE ${users} DROP CONSTRAINT sane_age`),
  mutant(
    'constraint app."User Account".sane_age',
    `ALTER TABLE ${users} DROP CONSTRAINT sane_age, ADD CONSTRAINT sane_age CHECK (age BETWEEN 0 AND 151 AND id > 0)`,
  ),
  mutant(
    'constraint app."User Account".sane_age',
    `ALTER TABLE ${users} DROP CONSTRAINT sane_age, ADD CONSTRAINT sane_age CHECK (age BETWEEN 0 AND 150 AND id > 0) NOT VALID`,
  ),
  mutant('constraint app."User Account".sane_age', `COMMENT ON CONSTRAINT sane_age ON ${users} IS 'x'`),
  mutant(
    ['constraint app."User Account".sane_age', 'constraint app."User Account".sound_age'],
    `ALTER TABLE ${users} RENAME CONSTRAINT sane_age TO sound_age`,
  ),
  mutant('constraint app.team.team_name_key', 'ALTER TABLE app.team DROP CONSTRAINT team_name_key'),
  mutant('constraint app.team.team_name_key', 'ALTER TABLE app.team DROP CONSTRAINT team_name_key, ADD UNIQUE (name)'),
  mutant(
    'constraint app.team.team_name_key',
    'ALTER TABLE app.team DROP CONSTRAINT team_name_key, ADD UNIQUE NULLS NOT DISTINCT (name) DEFERRABLE',
  ),
  mutant(
    ['column app.cache.key', 'constraint app.cache.cache_pkey'],
    'ALTER TABLE app.cache DROP CONSTRAINT cache_pkey, ALTER COLUMN key DROP NOT NULL',
  ),
  mutant('constraint app.cache.cache_pkey', 'ALTER INDEX app.cache_pkey SET (fillfactor = 60)'),
  mutant('constraint app.cache.cache_pkey', 'ALTER TABLE app.cache CLUSTER ON cache_pkey'),
  mutant('constraint app.cache.cache_pkey', `COMMENT ON INDEX app.cache_pkey IS 'x'`),
  mutant(
    ['constraint app.team.team_pkey', 'table app.team'],
    'ALTER TABLE app.team REPLICA IDENTITY USING INDEX team_pkey',
  ),
  mutant('constraint app.booking.booking_during_excl', 'ALTER TABLE app.booking DROP CONSTRAINT booking_during_excl'),
  mutant('constraint app.email.known_end', 'ALTER DOMAIN app.email DROP CONSTRAINT known_end'),
  mutant(
    'constraint app.email.has_at',
    `ALTER DOMAIN app.email DROP CONSTRAINT has_at; ALTER DOMAIN app.email ADD CONSTRAINT has_at CHECK (VALUE ~ '@@')`,
  ),

  // indexes
  mutant('index app.by_email', 'DROP INDEX app.by_email'),
  mutant(
    'index app.by_email',
    `DROP INDEX app.by_email; CREATE INDEX by_email ON ${users} (lower(email)) WHERE note IN ('x', 'z') AND age BETWEEN 1 AND 9; COMMENT ON INDEX app.by_email IS 'for logins'`,
  ),
  mutant('index app.by_email', `COMMENT ON INDEX app.by_email IS NULL`),
  mutant('index app.by_email', 'ALTER INDEX app.by_email SET (fillfactor = 50)'),
  mutant('index app.by_email', 'ALTER INDEX app.by_email ALTER COLUMN 1 SET STATISTICS 50'),
  mutant(
    'index app.by_email',
    `UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'app.by_email'::regclass`,
  ),
  mutant(
    'index app.by_team',
    `DROP INDEX app.by_team; CREATE INDEX by_team ON ${users} (team_id, id DESC NULLS LAST) INCLUDE (age)`,
  ),
  mutant(
    'index app.by_team',
    `DROP INDEX app.by_team; CREATE UNIQUE INDEX by_team ON ${users} (team_id, id DESC) INCLUDE (age)`,
  ),
  mutant(
    'index app.by_team',
    `DROP INDEX app.by_team; CREATE UNIQUE INDEX by_team ON ${users} (team_id, id DESC NULLS LAST)`,
  ),
  mutant('index app.by_team', `ALTER TABLE ${users} CLUSTER ON by_team`),
  mutant('index app.event_kind', 'DROP INDEX app.event_kind'),
  mutant('index app.ages_by_age', 'DROP INDEX app.ages_by_age'),
  mutant('index public.more', 'CREATE INDEX more ON public.plain USING gin (payload)'),

  // sequences
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket INCREMENT 6'),
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket MAXVALUE 9001'),
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket MINVALUE 2'),
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket START 11'),
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket CACHE 1'),
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket CYCLE'),
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket AS bigint'),
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket OWNED BY app.booking.room'),
  mutant('sequence app.ticket', 'REVOKE USAGE ON SEQUENCE app.ticket FROM app_writer'),
  mutant('sequence app.ticket', 'ALTER SEQUENCE app.ticket SET UNLOGGED'),
  mutant('sequence app.ticket', 'DROP SEQUENCE app.ticket'),

  // views
  mutant('view app.adult', 'DROP VIEW app.adult'),
  mutant(
    'view app.adult',
    `CREATE OR REPLACE VIEW app.adult WITH (security_barrier = true) AS SELECT id, email, 'x'::varchar(20) AS status FROM ${users}`,
  ),
  mutant('view app.adult', 'ALTER VIEW app.adult SET (security_barrier = false)'),
  mutant('view app.adult', 'ALTER VIEW app.adult SET (security_invoker = true)'),
  mutant('view app.adult', 'ALTER VIEW app.adult OWNER TO app_owner'),
  mutant('view app.adult', 'COMMENT ON VIEW app.adult IS NULL'),
  mutant('view app.adult', 'GRANT SELECT ON app.adult TO app_reader'),
  mutant('materialized view app.ages', 'REFRESH MATERIALIZED VIEW app.ages WITH NO DATA'),
  mutant('materialized view app.ages', 'ALTER MATERIALIZED VIEW app.ages SET (fillfactor = 50)'),
  mutant('materialized view app.ages', 'DROP MATERIALIZED VIEW app.ages'),

  // routines
  mutant('function app.double(integer)', 'DROP FUNCTION app.double(integer)'),
  mutant(
    'function app.double(integer)',
    `CREATE OR REPLACE FUNCTION app.double(n integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5 AS 'SELECT n * 3'`,
  ),
  mutant(
    'function app.double(integer)',
    `CREATE OR REPLACE FUNCTION app.double(n integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5 AS 'SELECT n * 2'`,
  ),
  mutant('function app.double(integer)', 'ALTER FUNCTION app.double(integer) VOLATILE'),
  mutant('function app.double(integer)', 'ALTER FUNCTION app.double(integer) PARALLEL UNSAFE'),
  mutant('function app.double(integer)', 'ALTER FUNCTION app.double(integer) COST 6'),
  mutant('function app.double(integer)', 'ALTER FUNCTION app.double(integer) LEAKPROOF'),
  mutant('function app.double(bigint)', 'ALTER FUNCTION app.double(bigint) CALLED ON NULL INPUT'),
  mutant('function app.touch()', 'ALTER FUNCTION app.touch() SECURITY INVOKER'),
  mutant('function app.touch()', `ALTER FUNCTION app.touch() SET search_path TO 'app'`),
  mutant('function app.touch()', 'ALTER FUNCTION app.touch() RESET search_path'),
  mutant('function app.touch()', 'ALTER FUNCTION app.touch() OWNER TO app_owner'),
  mutant('function app.touch()', 'COMMENT ON FUNCTION app.touch() IS NULL'),
  mutant('function app.touch()', 'REVOKE EXECUTE ON FUNCTION app.touch() FROM PUBLIC'),
  mutant('function app.touch()', 'REVOKE EXECUTE ON FUNCTION app.touch() FROM app_writer'),
  mutant('function app.rows_of(character varying)', 'ALTER FUNCTION app.rows_of ROWS 20'),
  mutant(
    'function app.rows_of(character varying)',
    `CREATE OR REPLACE FUNCTION app.rows_of(kind varchar) RETURNS TABLE (id integer, label text) LANGUAGE sql STABLE ROWS 10
     BEGIN ATOMIC SELECT 2, kind WHERE kind IN ('a', 'b') AND 1 BETWEEN 0 AND 2; END`,
  ),
  mutant('function app.tidy(integer)', 'DROP PROCEDURE app.tidy'),
  mutant(
    'function app.tidy(integer)',
    `CREATE OR REPLACE PROCEDURE app.tidy(INOUT total integer) LANGUAGE plpgsql AS 'BEGIN total := total + 2; END'`,
  ),
  mutant(
    'aggregate app.total(integer)',
    `CREATE OR REPLACE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1')`,
  ),
  mutant('aggregate app.total(integer)', 'DROP AGGREGATE app.total(integer)'),
  mutant('operator app."==="(text, text)', 'ALTER OPERATOR app.=== (text, text) SET (RESTRICT = eqsel)'),
  mutant('operator app."==="(text, text)', 'DROP OPERATOR app.=== (text, text)'),
  mutant(
    'operator family app.odd_family.btree',
    'ALTER OPERATOR FAMILY app.odd_family USING btree ADD FUNCTION 2 (integer, integer) btint4sortsupport(internal)',
  ),
  mutant('operator class app.odd_ops.btree', 'ALTER OPERATOR CLASS app.odd_ops USING btree OWNER TO app_owner'),

  // types
  mutant('enum app.mood', `ALTER TYPE app.mood ADD VALUE 'meh' BEFORE 'ok'`),
  mutant(['column app."User Account".mood', 'enum app.mood'], `ALTER TYPE app.mood RENAME VALUE 'ok' TO 'fine'`),
  mutant('enum app.mood', 'COMMENT ON TYPE app.mood IS NULL'),
  mutant('domain app.email', 'ALTER DOMAIN app.email DROP NOT NULL'),
  mutant('domain app.email', `ALTER DOMAIN app.email SET DEFAULT 'somebody@example.org'`),
  mutant('domain app.email', 'ALTER DOMAIN app.email OWNER TO app_owner'),
  mutant('type app.address', 'ALTER TYPE app.address ADD ATTRIBUTE zip text CASCADE'),
  mutant('type app.span', 'REVOKE USAGE ON TYPE app.span FROM PUBLIC'),
  mutant('type app.span', 'DROP TYPE app.span; CREATE TYPE app.span AS RANGE (subtype = float8)'),
  mutant(
    'collation app.plain',
    `DROP COLLATION app.plain; CREATE COLLATION app.plain (provider = libc, locale = 'POSIX')`,
  ),
  mutant('cast "app.mood".integer', 'DROP CAST (app.mood AS integer)'),

  // triggers, rules, policies, event triggers
  mutant('trigger app."User Account".touching', `DROP TRIGGER touching ON ${users}`),
  mutant('trigger app."User Account".touching', `ALTER TABLE ${users} DISABLE TRIGGER touching`),
  mutant('trigger app."User Account".touching', `ALTER TABLE ${users} ENABLE ALWAYS TRIGGER touching`),
  mutant(
    'trigger app."User Account".touching',
    `CREATE OR REPLACE TRIGGER touching AFTER INSERT OR UPDATE OF note ON ${users} FOR EACH ROW
     WHEN (NEW.note IN ('a', 'b') AND NEW.age BETWEEN 1 AND 2) EXECUTE FUNCTION app.touch()`,
  ),
  mutant('event trigger watching', 'ALTER EVENT TRIGGER watching DISABLE'),
  mutant('event trigger watching', 'DROP EVENT TRIGGER watching'),
  mutant('rule app."User Account".keep_zero', `DROP RULE keep_zero ON ${users}`),
  mutant('rule app."User Account".keep_zero', `ALTER TABLE ${users} DISABLE RULE keep_zero`),
  mutant('policy app."User Account".own_team', `DROP POLICY own_team ON ${users}`),
  mutant('policy app."User Account".own_team', `ALTER POLICY own_team ON ${users} USING (true)`),
  mutant('policy app."User Account".own_team', `ALTER POLICY own_team ON ${users} TO PUBLIC`),
  mutant(
    'policy app."User Account".write_team',
    `ALTER POLICY write_team ON ${users} WITH CHECK (age BETWEEN 1 AND 98)`,
  ),
  mutant(
    'policy app."User Account".write_team',
    `DROP POLICY write_team ON ${users}; CREATE POLICY write_team ON ${users} FOR INSERT WITH CHECK (age BETWEEN 1 AND 99)`,
  ),

  // replication, foreign data, privileges to come, statistics, text search
  mutant('publication news', 'ALTER PUBLICATION news DROP TABLE app.parent'),
  mutant(
    'publication news',
    `ALTER PUBLICATION news SET TABLE app.team (id, name) WHERE (name IN ('x', 'z')), app.parent`,
  ),
  mutant('publication news', 'ALTER PUBLICATION news SET TABLE app.team (id), app.parent'),
  mutant('publication news', `ALTER PUBLICATION news SET (publish = 'insert')`),
  mutant('publication everything_in_app', 'DROP PUBLICATION everything_in_app'),
  mutant('publication everything_in_app', 'ALTER PUBLICATION everything_in_app ADD TABLES IN SCHEMA public'),
  mutant('foreign data wrapper nowhere', `ALTER FOREIGN DATA WRAPPER nowhere OPTIONS (SET mode 'loud')`),
  mutant('foreign server far', `ALTER SERVER far OPTIONS (SET host 'example.com')`),
  mutant('foreign server far', 'GRANT USAGE ON FOREIGN SERVER far TO app_reader'),
  mutant('foreign table app.remote', `ALTER FOREIGN TABLE app.remote OPTIONS (SET path '/y')`),
  mutant('user mapping far.app_owner', 'DROP USER MAPPING FOR app_owner SERVER far'),
  mutant(
    'default privileges app.app_owner.tables',
    'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA app REVOKE SELECT ON TABLES FROM app_reader',
  ),
  mutant(
    'default privileges "*".app_owner.functions',
    'ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT EXECUTE ON FUNCTIONS TO app_reader',
  ),
  // F5: what a restore into a platform's schema inherits.
  mutant(
    'default privileges public.postgres.tables',
    'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO app_reader',
  ),
  mutant('statistics app.age_by_team', 'DROP STATISTICS app.age_by_team'),
  mutant('statistics app.age_by_team', 'ALTER STATISTICS app.age_by_team SET STATISTICS 5'),
  mutant(
    'text search configuration app.plain_search',
    'ALTER TEXT SEARCH CONFIGURATION app.plain_search DROP MAPPING FOR word',
  ),
  mutant('text search dictionary app.plain_dict', 'ALTER TEXT SEARCH DICTIONARY app.plain_dict (STOPWORDS)'),
  mutant('conversion app.latin', 'DROP CONVERSION app.latin'),

  // roles
  mutant('role app_writer', 'ALTER ROLE app_writer BYPASSRLS'),
  mutant('role app_writer', 'ALTER ROLE app_writer CONNECTION LIMIT 8'),
  mutant('role app_writer', 'ALTER ROLE app_writer RESET work_mem'),
  mutant('role app_reader', 'GRANT app_owner TO app_reader'),
  mutant('role app_login', 'DROP ROLE app_login'),
  mutant('role app_login', 'ALTER ROLE app_login NOLOGIN'),
]
