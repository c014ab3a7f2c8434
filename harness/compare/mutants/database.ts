import { mutant, type Mutant } from './mutant.ts'

export const database: readonly Mutant[] = [
  mutant('ALTER DATABASE :database OWNER TO app_owner', 'database database: owner, privileges'),
  mutant('GRANT CREATE ON DATABASE :database TO app_reader', 'database database: privileges'),
  mutant('REVOKE CONNECT ON DATABASE :database FROM PUBLIC', 'database database: privileges'),
  mutant("COMMENT ON DATABASE :database IS 'x'", 'database database: comment'),
  mutant("ALTER DATABASE :database SET work_mem TO '7MB'", 'database database: settings'),
  mutant('ALTER DATABASE :database RESET work_mem', 'database database: settings'),
  mutant('ALTER DATABASE :database CONNECTION LIMIT 9', 'database database: connection limit'),
  mutant('ALTER DATABASE :database IS_TEMPLATE true', 'database database: template'),
  mutant(
    `UPDATE pg_catalog.pg_database SET dattablespace = (SELECT oid FROM pg_catalog.pg_tablespace WHERE spcname = 'roomy') WHERE datname = pg_catalog.current_database()`,
    'database database: tablespace',
    { insideOnly: true },
  ),
  mutant(
    "INSERT INTO pg_catalog.pg_shseclabel SELECT oid, 'pg_catalog.pg_database'::pg_catalog.regclass, 'guard', 'secret' FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()",
    'database database: security labels',
  ),
  mutant(
    "UPDATE pg_catalog.pg_database SET datcollate = 'POSIX' WHERE datname = pg_catalog.current_database()",
    'database database: collate',
    { insideOnly: true },
  ),
  mutant(
    "UPDATE pg_catalog.pg_database SET datctype = 'POSIX' WHERE datname = pg_catalog.current_database()",
    'database database: ctype',
    { insideOnly: true },
  ),
  mutant(
    'UPDATE pg_catalog.pg_database SET encoding = 0 WHERE datname = pg_catalog.current_database()',
    'database database: encoding',
    { insideOnly: true },
  ),
  mutant(
    "UPDATE pg_catalog.pg_database SET datlocprovider = 'i' WHERE datname = pg_catalog.current_database()",
    'database database: locale provider',
    { insideOnly: true, also: { since: 17, changes: ['collation version default(icu): extra'] } },
  ),
  mutant(
    "UPDATE pg_catalog.pg_database SET daticulocale = 'en' WHERE datname = pg_catalog.current_database()",
    'database database: locale',
    { until: 16, insideOnly: true },
  ),
  mutant(
    "UPDATE pg_catalog.pg_database SET datlocale = 'en' WHERE datname = pg_catalog.current_database()",
    'database database: locale',
    { since: 17, insideOnly: true },
  ),
  mutant(
    "UPDATE pg_catalog.pg_database SET daticurules = '&a < b' WHERE datname = pg_catalog.current_database()",
    'database database: locale rules',
    { since: 16, insideOnly: true },
  ),
  mutant('ALTER SCHEMA app RENAME TO application', [
    'cast "app.mood".integer: missing',
    'cast "application.mood".integer: extra',
    'constraint more.visit.visit_team_id_fkey: definition',
    'event trigger watching: function',
    'publication everything_in_app: schemas',
    'publication news: tables',
    'schema app: missing',
    'schema application: extra',
    'security label column."app.team.id".guard: missing',
    'security label column."application.team.id".guard: extra',
    'security label table."app.team".guard: missing',
    'security label table."application.team".guard: extra',
  ]),
  mutant('DROP SCHEMA more CASCADE', [
    'extension pg_trgm: missing',
    'foreign data wrapper somewhere: missing',
    'language app_language: missing',
    'role app_super: missing',
    'schema more: missing',
  ]),
  mutant("COMMENT ON EXTENSION hstore IS 'x'", 'extension hstore: comment'),
  mutant(
    "UPDATE pg_catalog.pg_extension SET extversion = '1.0' WHERE extname = 'hstore'",
    'extension hstore: version',
    { restoreOnly: 'a dump names no versions of extensions' },
  ),
  mutant("COMMENT ON LARGE OBJECT 4711 IS 'x'", 'large object metadata: comments', {
    restoreOnly: 'large objects go with the rows',
  }),
  mutant('SELECT lo_create(4713)', 'large object metadata: count, owners, privileges', {
    restoreOnly: 'large objects go with the rows',
  }),
  mutant("SELECT lo_put(4711, 0, 'small')", 'row content large objects', {
    restoreOnly: 'large objects go with the rows',
  }),
  mutant('ALTER SCHEMA app OWNER TO app_owner', 'schema app: owner, privileges'),
  mutant("COMMENT ON SCHEMA app IS 'another'", 'schema app: comment'),
  mutant('COMMENT ON SCHEMA app IS NULL', 'schema app: comment'),
  mutant('REVOKE USAGE ON SCHEMA app FROM app_reader', 'schema app: privileges'),
  mutant('GRANT CREATE ON SCHEMA public TO app_writer', 'schema public: privileges'),
  mutant('CREATE SCHEMA extra CREATE TABLE inside (id integer PRIMARY KEY)', 'schema extra: extra'),
  mutant('CREATE EXTENSION citext', 'extension citext: extra'),
  mutant('DROP EXTENSION hstore', 'extension hstore: missing'),
  mutant('ALTER EXTENSION hstore SET SCHEMA app', 'extension hstore: schema'),
  mutant('GRANT SELECT ON LARGE OBJECT 4711 TO app_reader', 'large object metadata: privileges', {
    restoreOnly: 'large objects go with the rows',
  }),
  mutant('ALTER LARGE OBJECT 4711 OWNER TO app_owner', 'large object metadata: owners, privileges', {
    restoreOnly: 'large objects go with the rows',
  }),
  mutant('SELECT lo_unlink(4711)', 'large object metadata: count, owners, privileges', {
    restoreOnly: 'large objects go with the rows',
  }),
]
