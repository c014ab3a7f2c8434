import { mutant, type Mutant } from './mutant.ts'

export const accessMethodsAndLanguages: readonly Mutant[] = [
  mutant('COMMENT ON ACCESS METHOD tree IS NULL', 'access method tree: comment'),
  mutant('DROP ACCESS METHOD tree', 'access method tree: missing'),
  mutant(
    "DROP ACCESS METHOD tree; CREATE ACCESS METHOD tree TYPE INDEX HANDLER hashhandler; COMMENT ON ACCESS METHOD tree IS 'grows'",
    'access method tree: handler',
  ),
  mutant(
    "DROP ACCESS METHOD tree; CREATE ACCESS METHOD tree TYPE TABLE HANDLER heap_tableam_handler; COMMENT ON ACCESS METHOD tree IS 'grows'",
    'access method tree: handler, type',
  ),
  mutant("COMMENT ON LANGUAGE app_language IS 'x'", 'language app_language: comment'),
  mutant('ALTER LANGUAGE app_language OWNER TO app_owner', 'language app_language: owner'),
  mutant('GRANT USAGE ON LANGUAGE app_language TO app_reader', 'language app_language: privileges'),
  mutant(
    'DROP LANGUAGE app_language; CREATE LANGUAGE app_language HANDLER more.call INLINE more.call_inline VALIDATOR more.validate',
    'language app_language: trusted',
  ),
  mutant(
    'DROP LANGUAGE app_language; CREATE TRUSTED LANGUAGE app_language HANDLER more.call VALIDATOR more.validate',
    'language app_language: inline',
  ),
  mutant(
    'DROP LANGUAGE app_language; CREATE TRUSTED LANGUAGE app_language HANDLER more.call INLINE more.call_inline',
    'language app_language: validator',
  ),
  mutant(
    "CREATE FUNCTION more.call_otherwise() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'; DROP LANGUAGE app_language; CREATE TRUSTED LANGUAGE app_language HANDLER more.call_otherwise INLINE more.call_inline VALIDATOR more.validate",
    ['function more.call_otherwise(): extra', 'language app_language: handler'],
  ),
  mutant('DROP LANGUAGE app_language', 'language app_language: missing'),
  mutant("COMMENT ON TRANSFORM FOR integer LANGUAGE sql IS 'x'", 'transform integer.sql: comment'),
  mutant(
    'CREATE OR REPLACE TRANSFORM FOR integer LANGUAGE sql (TO SQL WITH FUNCTION int4recv(internal))',
    'transform integer.sql: from sql',
  ),
  mutant(
    'CREATE OR REPLACE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))',
    'transform integer.sql: to sql',
  ),
  mutant(
    'CREATE TRANSFORM FOR bigint LANGUAGE sql (TO SQL WITH FUNCTION int8recv(internal))',
    'transform bigint.sql: extra',
  ),
  mutant('REVOKE USAGE ON LANGUAGE sql FROM PUBLIC', 'language sql: privileges', {
    restoreOnly: 'pg_dump writes nothing of built-in languages',
  }),
  mutant('GRANT USAGE ON LANGUAGE plpgsql TO app_reader WITH GRANT OPTION', 'language plpgsql: privileges'),
]
