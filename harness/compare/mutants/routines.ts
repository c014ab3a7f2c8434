import { mutant, type Mutant } from './mutant.ts'

export const routines: readonly Mutant[] = [
  mutant("COMMENT ON FUNCTION more.number() IS 'x'", 'function more.number(): comment'),
  mutant(
    "DROP FUNCTION more.number(); CREATE FUNCTION more.number() RETURNS bigint LANGUAGE internal AS 'window_row_number'",
    'function more.number(): type',
  ),
  mutant(
    'ALTER FUNCTION more.counted(integer) SUPPORT generate_series_int8_support',
    'function more.counted(integer): support',
  ),
  mutant(
    "CREATE OR REPLACE FUNCTION more.counted(n integer) RETURNS SETOF integer LANGUAGE sql STRICT SUPPORT generate_series_int4_support AS 'SELECT n'",
    'function more.counted(integer): transforms',
  ),
  mutant(
    "DROP FUNCTION more.counted(integer); CREATE FUNCTION more.counted(n integer) RETURNS SETOF bigint LANGUAGE sql STRICT TRANSFORM FOR TYPE integer SUPPORT generate_series_int4_support AS 'SELECT n'",
    'function more.counted(integer): returns',
  ),
  mutant(
    "CREATE OR REPLACE FUNCTION more.counted(n integer) RETURNS SETOF integer LANGUAGE plpgsql STRICT SUPPORT generate_series_int4_support AS 'BEGIN RETURN; END'",
    'function more.counted(integer): body, language, transforms',
  ),
  mutant(
    "CREATE OR REPLACE FUNCTION more.handle() RETURNS fdw_handler LANGUAGE c AS 'postgres_fdw', 'postgres_fdw_handler'",
    'function more.handle(): library',
  ),
  mutant(
    "DROP PROCEDURE app.tidy(integer); CREATE FUNCTION app.tidy(INOUT total integer) LANGUAGE plpgsql AS 'BEGIN total := total + 1; END'",
    'function app.tidy(integer): returns, type',
  ),
  mutant('ALTER FUNCTION app.double(integer) STABLE', 'function app.double(integer): volatility'),
  mutant('ALTER FUNCTION app.double(integer) SECURITY DEFINER', 'function app.double(integer): security definer'),
  mutant('ALTER FUNCTION app.double(integer) STRICT', 'function app.double(integer): strict'),
  mutant("ALTER FUNCTION app.double(integer) SET work_mem TO '1MB'", 'function app.double(integer): settings'),
  mutant('ALTER FUNCTION app.double(integer) RENAME TO twice', [
    'function app.double(integer): missing',
    'function app.twice(integer): extra',
  ]),
  mutant(
    "CREATE FUNCTION app.double(n text) RETURNS text LANGUAGE sql AS 'SELECT n'",
    'function app.double(text): extra',
  ),
  mutant('GRANT EXECUTE ON PROCEDURE app.tidy(integer) TO app_reader', 'function app.tidy(integer): privileges'),
  mutant('DROP FUNCTION app.double(integer)', 'function app.double(integer): missing'),
  mutant(
    "CREATE OR REPLACE FUNCTION app.double(n integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5 AS 'SELECT n * 3'",
    'function app.double(integer): body',
  ),
  mutant(
    "CREATE OR REPLACE FUNCTION app.double(n integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 5 AS 'SELECT n * 2'",
    'function app.double(integer): arguments',
  ),
  mutant('ALTER FUNCTION app.double(integer) VOLATILE', 'function app.double(integer): volatility'),
  mutant('ALTER FUNCTION app.double(integer) PARALLEL UNSAFE', 'function app.double(integer): parallel'),
  mutant('ALTER FUNCTION app.double(integer) COST 6', 'function app.double(integer): cost'),
  mutant('ALTER FUNCTION app.double(integer) LEAKPROOF', 'function app.double(integer): leakproof'),
  mutant('ALTER FUNCTION app.double(bigint) CALLED ON NULL INPUT', 'function app.double(bigint): strict'),
  mutant('ALTER FUNCTION app.touch() SECURITY INVOKER', 'function app.touch(): security definer'),
  mutant("ALTER FUNCTION app.touch() SET search_path TO 'app'", 'function app.touch(): settings'),
  mutant('ALTER FUNCTION app.touch() RESET search_path', 'function app.touch(): settings'),
  mutant('ALTER FUNCTION app.touch() OWNER TO app_owner', 'function app.touch(): owner, privileges'),
  mutant('COMMENT ON FUNCTION app.touch() IS NULL', 'function app.touch(): comment'),
  mutant('REVOKE EXECUTE ON FUNCTION app.touch() FROM PUBLIC', 'function app.touch(): privileges'),
  mutant('REVOKE EXECUTE ON FUNCTION app.touch() FROM app_writer', 'function app.touch(): privileges'),
  mutant('ALTER FUNCTION app.rows_of ROWS 20', 'function app.rows_of(character varying): rows'),
  mutant(
    `CREATE OR REPLACE FUNCTION app.rows_of(kind varchar) RETURNS TABLE (id integer, label text) LANGUAGE sql STABLE ROWS 10
     BEGIN ATOMIC SELECT 2, kind WHERE kind IN ('a', 'b') AND 1 BETWEEN 0 AND 2; END`,
    'function app.rows_of(character varying): sql body',
  ),
  mutant('DROP PROCEDURE app.tidy', 'function app.tidy(integer): missing'),
  mutant(
    "CREATE OR REPLACE PROCEDURE app.tidy(INOUT total integer) LANGUAGE plpgsql AS 'BEGIN total := total + 2; END'",
    'function app.tidy(integer): body',
  ),
]
