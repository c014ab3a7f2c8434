import { mutant, type Mutant } from './mutant.ts'

export const aggregates: readonly Mutant[] = [
  mutant("COMMENT ON AGGREGATE more.average(integer) IS 'x'", 'aggregate more.average(integer): comment'),
  mutant(
    'ALTER AGGREGATE more.average(integer) OWNER TO app_owner',
    'aggregate more.average(integer): owner, privileges',
  ),
  mutant('REVOKE EXECUTE ON FUNCTION more.average(integer) FROM PUBLIC', 'aggregate more.average(integer): privileges'),
  mutant(
    "DROP AGGREGATE more.average(integer); CREATE AGGREGATE more.average(n integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 16, FINALFUNC = int8_avg, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MSSPACE = 16, MFINALFUNC = int8_avg, MINITCOND = '{0,0}', PARALLEL = safe)",
    'aggregate more.average(integer): arguments',
  ),
  mutant(
    "CREATE OR REPLACE AGGREGATE more.average(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 16, FINALFUNC = int8_avg, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MSSPACE = 16, MFINALFUNC = int8_avg, MINITCOND = '{0,0}', PARALLEL = safe)",
    'aggregate more.average(integer): combine',
  ),
  mutant(
    "CREATE OR REPLACE AGGREGATE more.average(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 16, FINALFUNC = int8_avg, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MSSPACE = 16, MFINALFUNC = int8_avg, MINITCOND = '{0,0}', PARALLEL = restricted)",
    'aggregate more.average(integer): parallel',
  ),
  mutant(
    "CREATE OR REPLACE AGGREGATE more.average(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 17, FINALFUNC = int8_avg, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MSSPACE = 16, MFINALFUNC = int8_avg, MINITCOND = '{0,0}', PARALLEL = safe)",
    'aggregate more.average(integer): state space',
  ),
  mutant(
    "CREATE OR REPLACE AGGREGATE more.average(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 16, FINALFUNC = int8_avg, FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MSSPACE = 16, MFINALFUNC = int8_avg, MINITCOND = '{0,0}', PARALLEL = safe)",
    'aggregate more.average(integer): final options',
  ),
  mutant(
    "CREATE OR REPLACE AGGREGATE more.average(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 16, FINALFUNC = int8_avg, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MSSPACE = 17, MFINALFUNC = int8_avg, MINITCOND = '{0,0}', PARALLEL = safe)",
    'aggregate more.average(integer): moving final options',
  ),
  mutant(
    "CREATE OR REPLACE AGGREGATE more.average(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 16, FINALFUNC = int8_avg, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MSSPACE = 16, MFINALFUNC = int8_avg, MINITCOND = '{0,1}', PARALLEL = safe)",
    'aggregate more.average(integer): moving initial condition',
  ),
  mutant(
    "DROP AGGREGATE more.average(integer); CREATE AGGREGATE more.average(integer) (SFUNC = int4_avg_accum, STYPE = bigint[], SSPACE = 16, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', PARALLEL = safe)",
    'aggregate more.average(integer): final, moving final, moving final options, moving initial condition, moving inverse, moving state type, moving transition',
  ),
  mutant(
    "CREATE FUNCTION more.accumulate(bigint[], integer) RETURNS bigint[] LANGUAGE internal IMMUTABLE STRICT AS 'int4_avg_accum'; CREATE OR REPLACE AGGREGATE more.average(integer) (SFUNC = more.accumulate, STYPE = bigint[], SSPACE = 16, FINALFUNC = int8_avg, COMBINEFUNC = int4_avg_combine, INITCOND = '{0,0}', MSFUNC = int4_avg_accum, MINVFUNC = int4_avg_accum_inv, MSTYPE = bigint[], MSSPACE = 16, MFINALFUNC = int8_avg, MINITCOND = '{0,0}', PARALLEL = safe)",
    ['aggregate more.average(integer): transition', 'function more.accumulate(bigint[], integer): extra'],
  ),
  mutant(
    'CREATE OR REPLACE AGGREGATE more.average(bigint) (SFUNC = int8_avg_accum, STYPE = internal, FINALFUNC = numeric_poly_avg)',
    'aggregate more.average(bigint): combine, deserialize, serialize',
  ),
  mutant(
    'CREATE OR REPLACE AGGREGATE more.average(bigint) (SFUNC = int8_avg_accum, STYPE = internal, FINALFUNC = numeric_poly_sum, COMBINEFUNC = int8_avg_combine, SERIALFUNC = int8_avg_serialize, DESERIALFUNC = int8_avg_deserialize)',
    'aggregate more.average(bigint): final',
  ),
  mutant(
    'DROP AGGREGATE more.least(integer); CREATE AGGREGATE more.least(integer) (SFUNC = int4_sum, STYPE = bigint)',
    'aggregate more.least(integer): sort operator, state type, transition',
  ),
  mutant(
    'CREATE OR REPLACE AGGREGATE more.least(integer) (SFUNC = int4smaller, STYPE = integer)',
    'aggregate more.least(integer): sort operator',
  ),
  mutant(
    'DROP AGGREGATE more.rank_of(VARIADIC "any" ORDER BY VARIADIC "any"); CREATE AGGREGATE more.rank_of(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA)',
    'aggregate more.rank_of("any"): type',
  ),
  mutant(
    "UPDATE pg_catalog.pg_aggregate SET aggnumdirectargs = 0 WHERE aggfnoid = (SELECT oid FROM pg_catalog.pg_proc WHERE proname = 'rank_of')",
    'aggregate more.rank_of("any"): arguments, direct arguments',
  ),
  mutant(
    "CREATE OR REPLACE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1')",
    'aggregate app.total(integer): initial condition',
  ),
  mutant('DROP AGGREGATE app.total(integer)', 'aggregate app.total(integer): missing'),
]
