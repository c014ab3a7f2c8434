import { mutant, type Mutant } from './mutant.ts'

export const roles: readonly Mutant[] = [
  mutant('ALTER ROLE app_writer SUPERUSER', 'role app_writer: superuser', { isShared: true }),
  mutant('ALTER ROLE app_writer NOINHERIT', 'role app_writer: inherit', { isShared: true }),
  mutant('ALTER ROLE app_writer CREATEROLE', 'role app_writer: create role', { isShared: true }),
  mutant('ALTER ROLE app_writer CREATEDB', 'role app_writer: create database', { isShared: true }),
  mutant('ALTER ROLE app_writer REPLICATION', 'role app_writer: replication', { isShared: true }),
  mutant("ALTER ROLE app_writer VALID UNTIL '2030-01-01'", 'role app_writer: valid until', { isShared: true }),
  mutant('ALTER ROLE app_writer SET search_path TO app', 'role app_writer: settings', { isShared: true }),
  mutant(
    'ALTER ROLE app_writer RENAME TO app_scribe',
    [
      'column app."User Account".note: privileges',
      'function app.touch(): privileges',
      'parameter log_statement: privileges',
      'policy app."User Account".own_team: roles',
      'role app_login: member of',
      'role app_scribe: extra',
      'role app_writer: missing',
      'sequence app.ticket: privileges',
      'table app.team: privileges',
    ],
    { isShared: true },
  ),
  mutant("ALTER ROLE app_reader IN DATABASE :database SET work_mem TO '9MB'", 'role app_reader: settings here', {
    isShared: true,
  }),
  mutant('ALTER ROLE app_reader IN DATABASE :database RESET ALL', 'role app_reader: settings here', { isShared: true }),
  mutant('COMMENT ON ROLE app_reader IS NULL', 'role app_reader: comment', { isShared: true }),
  mutant('REVOKE app_writer FROM app_login', 'role app_login: missing', { isShared: true }),
  mutant('GRANT app_writer TO app_login WITH ADMIN OPTION', 'role app_login: member of', { isShared: true }),
  mutant('GRANT app_writer TO app_login WITH INHERIT FALSE', 'role app_login: member of', {
    since: 16,
    isShared: true,
  }),
  mutant('GRANT app_writer TO app_login WITH SET FALSE', 'role app_login: member of', { since: 16, isShared: true }),
  mutant(
    "INSERT INTO pg_catalog.pg_shseclabel VALUES ('app_reader'::pg_catalog.regrole, 'pg_catalog.pg_authid'::pg_catalog.regclass, 'guard', 'secret')",
    'role app_reader: security labels',
    { isShared: true },
  ),
  mutant(
    'CREATE ROLE app_more; GRANT SELECT ON app.team TO app_more',
    ['role app_more: extra', 'table app.team: privileges'],
    { isShared: true },
  ),
  mutant('ALTER ROLE app_writer BYPASSRLS', 'role app_writer: bypass row security', { isShared: true }),
  mutant('ALTER ROLE app_writer CONNECTION LIMIT 8', 'role app_writer: connection limit', { isShared: true }),
  mutant('ALTER ROLE app_writer RESET work_mem', 'role app_writer: settings', { isShared: true }),
  mutant('GRANT app_owner TO app_reader', 'role app_reader: member of', { isShared: true }),
  mutant('DROP ROLE app_login', 'role app_login: missing', { isShared: true }),
  mutant('ALTER ROLE app_login NOLOGIN', 'role app_login: login', { isShared: true }),
]
