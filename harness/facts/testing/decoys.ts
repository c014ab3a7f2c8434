/** What every copy holds, honest or not. */
export const honestDatabase = `
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE DOMAIN feeling AS mood;
  CREATE TABLE t (id serial PRIMARY KEY, a text NOT NULL, z timestamptz, f float8, i interval, y bytea, m mood, d feeling,
    c "char", n numeric(6,2), j jsonb, s money, g text GENERATED ALWAYS AS (a || a) STORED, UNIQUE (a));
  INSERT INTO t (a, z, f, i, y, m, d, c, n, j, s) VALUES
    ('x', '2026-01-01 00:00+00', 0.1, '1 day 02:00', '\\x00ff', 'ok', 'sad', 'c', 1.50, '{"a": 1}', 1.5),
    ('y', NULL, -0.0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
  CREATE TABLE secret (id integer, owner_name text);
  INSERT INTO secret VALUES (1, 'a'), (2, 'b'), (3, 'c');
  CREATE VIEW shown AS SELECT id, a FROM t;
  CREATE TABLE wide (${Array.from({ length: 60 }, (_, index) => `c${index} text`).join(', ')});
  INSERT INTO wide (c0) VALUES ('x');
  SELECT lo_from_bytea(77, 'abc');`

export interface Decoy {
  readonly title: string
  /** `DATABASE` stands for the database's name. */
  readonly made: string
}

const functions: readonly [string, string][] = [
  ['hashtextextended(text, bigint)', `RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint'`],
  ['hashtextextended(anyelement, bigint)', `RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint'`],
  ['md5(text)', `RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'same' $$`],
  ['concat(VARIADIC "any")', `RETURNS text LANGUAGE internal AS 'text_concat'`],
  ['count()', `RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'`],
  ['current_setting(text)', `RETURNS text LANGUAGE sql AS $$ SELECT 'on' $$`],
  ['set_config(text, text, boolean)', `RETURNS text LANGUAGE sql AS 'SELECT $2'`],
  ['pg_get_userbyid(oid)', `RETURNS name LANGUAGE sql AS $$ SELECT 'nobody'::name $$`],
  ['format_type(oid, integer)', `RETURNS text LANGUAGE sql AS $$ SELECT 'text' $$`],
  ['pg_get_expr(pg_node_tree, oid)', `RETURNS text LANGUAGE sql AS $$ SELECT 'true' $$`],
  ['pg_get_viewdef(oid, boolean)', `RETURNS text LANGUAGE sql AS $$ SELECT 'SELECT 1' $$`],
  ['pg_get_constraintdef(oid)', `RETURNS text LANGUAGE sql AS $$ SELECT 'CHECK (true)' $$`],
  ['pg_get_indexdef(oid)', `RETURNS text LANGUAGE sql AS $$ SELECT 'none' $$`],
  ['unnest(anyarray)', `RETURNS SETOF anyelement LANGUAGE sql AS 'SELECT $1[1] WHERE false'`],
  ['now()', `RETURNS timestamptz LANGUAGE sql AS $$ SELECT 'epoch'::timestamptz $$`],
]

const settings: readonly string[] = [
  'search_path = public, pg_catalog',
  'extra_float_digits = -5',
  `TimeZone = 'Asia/Tokyo'`,
  `DateStyle = 'SQL, DMY'`,
  'IntervalStyle = iso_8601',
  'bytea_output = escape',
  'xmloption = document',
  `lc_monetary = 'C.UTF-8'`,
  'row_security = off',
  'statement_timeout = 1',
  'lock_timeout = 1',
  'idle_in_transaction_session_timeout = 1',
  'idle_session_timeout = 200',
  'session_replication_role = replica',
  'default_transaction_isolation = serializable',
  'default_transaction_read_only = on',
  'default_transaction_deferrable = on',
  'quote_all_identifiers = on',
  'standard_conforming_strings = off',
  'backslash_quote = on',
  'array_nulls = off',
  'transform_null_equals = on',
  'client_encoding = SQL_ASCII',
  'client_min_messages = error',
  'max_stack_depth = 100',
  'work_mem = 64',
  'role = reader',
  'jit = on',
  'jit_above_cost = 0',
  'enable_seqscan = off',
  'join_collapse_limit = 1',
]

/** Of built-in types that have no cast to text of their own. */
const cast = [
  'numeric',
  'oid',
  'xid',
  'double precision',
  'timestamptz',
  'interval',
  'bytea',
  'uuid',
  'jsonb',
  'aclitem[]',
  'aclitem',
  'smallint',
  'integer',
  'bigint',
  'real',
  'json',
  'text[]',
  'name[]',
  'oid[]',
  'smallint[]',
  'int2vector',
  'oidvector',
  'regclass',
  'regcollation',
  'regdictionary',
  'regnamespace',
  'regoperator',
  'regproc',
  'regprocedure',
  'regtype',
  'pg_snapshot',
]

const others: readonly Decoy[] = [
  {
    title: 'an operator = of texts',
    made: `CREATE FUNCTION same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
      CREATE OPERATOR public.= (FUNCTION = same, LEFTARG = text, RIGHTARG = text)`,
  },
  {
    title: 'an operator || of texts',
    made: `CREATE FUNCTION nothing(text, text) RETURNS text LANGUAGE sql AS $$ SELECT '' $$;
      CREATE OPERATOR public.|| (FUNCTION = nothing, LEFTARG = text, RIGHTARG = text)`,
  },
  ...['integer', 'numeric', 'json', 'boolean', 'text[]'].map((type) => ({
    title: `a cast of text to ${type}`,
    made: `CREATE FUNCTION same(text) RETURNS ${type} IMMUTABLE LANGUAGE sql AS $$ SELECT NULL::${type} $$;
      CREATE CAST (text AS ${type}) WITH FUNCTION same(text) AS IMPLICIT`,
  })),
  {
    title: 'a cast of an enum to text',
    made: `CREATE FUNCTION same(mood) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'same'::text $$;
      CREATE CAST (mood AS text) WITH FUNCTION same(mood) AS IMPLICIT`,
  },
  {
    title: 'a view public.pg_class',
    made: 'CREATE VIEW public.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false',
  },
  {
    title: 'a view public.pg_settings',
    made: 'CREATE VIEW public.pg_settings AS SELECT * FROM pg_catalog.pg_settings WHERE false',
  },
  {
    title: 'a table public.pg_largeobject',
    made: 'CREATE TABLE public.pg_largeobject (loid oid, pageno integer, data bytea)',
  },
  { title: 'a domain public.text', made: `CREATE DOMAIN public.text AS pg_catalog.text DEFAULT 'decoy'` },
  {
    title: 'a table with the name of a type',
    made: 'CREATE TABLE public.int8 (a integer); CREATE TABLE public.regclass (a integer)',
  },
  { title: 'an aggregate sum', made: 'CREATE AGGREGATE public.sum(numeric) (SFUNC = numeric_larger, STYPE = numeric)' },
  {
    title: 'a collation "C"',
    made: `CREATE COLLATION public."C" (provider = icu, locale = 'und-u-ks-level1', deterministic = false)`,
  },
  {
    title: 'a child with rows of its own',
    made: `CREATE TABLE hidden () INHERITS (secret); INSERT INTO hidden VALUES (9, 'z')`,
  },
  {
    title: 'row security, forced, with a policy that hides',
    made: `ALTER TABLE secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY few ON secret USING (id = 1)`,
  },
  { title: 'rules on writing', made: 'CREATE RULE nothing AS ON INSERT TO t DO INSTEAD NOTHING' },
  {
    title: 'an event trigger that refuses all',
    made: `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
      CREATE EVENT TRIGGER refuse_all ON ddl_command_start EXECUTE FUNCTION refuse()`,
  },
  {
    title: 'a login trigger that makes temporary decoys',
    made: `CREATE FUNCTION greet() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        CREATE TEMPORARY TABLE pg_class (oid oid); CREATE TEMPORARY TABLE t (id integer); CREATE TYPE pg_temp.text AS (a integer);
        CREATE FUNCTION pg_temp.md5(pg_catalog.text) RETURNS pg_catalog.text LANGUAGE sql AS 'SELECT $1';
        PERFORM set_config('search_path', 'pg_temp, public', false);
      END $$;
      CREATE EVENT TRIGGER greeting ON login EXECUTE FUNCTION greet(); ALTER EVENT TRIGGER greeting ENABLE ALWAYS`,
  },
  {
    title: 'a login trigger that raises',
    made: `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'nobody comes in'; END $$;
      CREATE EVENT TRIGGER doorman ON login EXECUTE FUNCTION refuse(); ALTER EVENT TRIGGER doorman ENABLE ALWAYS;
      ALTER DATABASE "DATABASE" SET event_triggers = on`,
  },
  {
    title: 'time limits of a millisecond',
    made: `ALTER DATABASE "DATABASE" SET transaction_timeout = 1; ALTER DATABASE "DATABASE" SET idle_session_timeout = 1`,
  },
  {
    title: 'settings of the role',
    made: `ALTER ROLE postgres SET extra_float_digits = -3; ALTER ROLE postgres IN DATABASE "DATABASE" SET TimeZone = 'Asia/Tokyo'`,
  },
  {
    title: 'a setting of a time limit for transactions',
    made: 'ALTER DATABASE "DATABASE" SET transaction_timeout = 400',
  },
  {
    title: 'columns named like what is read',
    made: 'CREATE TABLE odd (t integer, rows integer, fingerprint integer); DROP TABLE odd',
  },
]

/** Each, made in a copy, must change no answer. */
export const decoys: readonly Decoy[] = [
  ...functions.map(([name, body]) => ({ title: `a function ${name}`, made: `CREATE FUNCTION public.${name} ${body}` })),
  ...settings.map((setting) => ({ title: `the setting ${setting}`, made: `ALTER DATABASE "DATABASE" SET ${setting}` })),
  ...cast.map((type) => ({
    title: `a cast of ${type} to text`,
    made: `CREATE FUNCTION same(${type}) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'same'::text $$;
      CREATE CAST (${type} AS text) WITH FUNCTION same(${type}) AS IMPLICIT`,
  })),
  ...others,
]
