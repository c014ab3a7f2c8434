import { mutant, type Mutant } from './mutant.ts'

export const castsAndCollations: readonly Mutant[] = [
  mutant("COMMENT ON CAST (app.mood AS integer) IS 'x'", 'cast "app.mood".integer: comment'),
  mutant(
    'DROP CAST (app.mood AS integer); CREATE CAST (app.mood AS integer) WITH FUNCTION app.mood_to_int(app.mood) AS ASSIGNMENT',
    'cast "app.mood".integer: context',
  ),
  mutant(
    'DROP CAST (app.mood AS integer); CREATE CAST (app.mood AS integer) WITH FUNCTION app.mood_to_int(app.mood) AS IMPLICIT',
    'cast "app.mood".integer: context',
  ),
  mutant(
    'DROP CAST (app.mood AS integer); CREATE CAST (app.mood AS integer) WITH INOUT',
    'cast "app.mood".integer: method',
  ),
  mutant('CREATE CAST (more.whole AS integer) WITHOUT FUNCTION', 'cast "more.whole".integer: extra'),
  mutant("COMMENT ON COLLATION app.plain IS 'x'", 'collation app.plain: comment'),
  mutant('ALTER COLLATION app.plain OWNER TO app_owner', 'collation app.plain: owner'),
  mutant(
    "DROP COLLATION more.blind; CREATE COLLATION more.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = true)",
    'collation more.blind: deterministic',
  ),
  mutant(
    "DROP COLLATION more.blind; CREATE COLLATION more.blind (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
    'collation more.blind: locale',
  ),
  mutant(
    "DROP COLLATION app.plain; CREATE COLLATION app.plain (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX')",
    'collation app.plain: ctype',
  ),
  mutant(
    "DROP COLLATION app.plain; CREATE COLLATION app.plain (provider = icu, locale = 'en')",
    'collation app.plain: collate, ctype, locale, provider',
  ),
  mutant(
    "DROP COLLATION more.blind; CREATE COLLATION more.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false, rules = '&a < b')",
    'collation more.blind: rules',
    { since: 16 },
  ),
  mutant(
    "DROP COLLATION app.plain; CREATE COLLATION app.plain (provider = builtin, locale = 'C')",
    'collation app.plain: collate, ctype, locale, provider',
    { since: 17 },
  ),
  mutant(
    "UPDATE pg_catalog.pg_collation SET collversion = '1.0' WHERE collname = 'blind'",
    'collation version more.blind(icu): recorded version',
    { restoreOnly: 'a version is the machine’s' },
  ),
  mutant(
    "UPDATE pg_catalog.pg_collation SET collversion = '1.0' WHERE collname = 'plain'",
    'collation version app.plain(libc): extra',
    { restoreOnly: 'a version is the machine’s' },
  ),
  mutant(
    "DROP COLLATION more.blind; CREATE COLLATION more.blind (provider = icu, locale = 'sv-u-ks-level2', deterministic = false)",
    ['collation more.blind: locale', 'collation version more.blind(icu): version'],
  ),
  mutant(
    "UPDATE pg_catalog.pg_database SET datcollversion = '1.0' WHERE datname = pg_catalog.current_database()",
    'collation version default(libc): extra',
    { since: 15, until: 16, insideOnly: true, restoreOnly: 'a version is the machine’s' },
  ),
  mutant(
    "UPDATE pg_catalog.pg_database SET datcollversion = '1.0' WHERE datname = pg_catalog.current_database()",
    'collation version default(builtin): recorded version',
    { since: 17, insideOnly: true, restoreOnly: 'a version is the machine’s' },
  ),
  mutant("COMMENT ON CONVERSION app.latin IS 'x'", 'conversion app.latin: comment'),
  mutant('ALTER CONVERSION app.latin OWNER TO app_owner', 'conversion app.latin: owner'),
  mutant(
    "DROP CONVERSION app.latin; CREATE DEFAULT CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    'conversion app.latin: default',
  ),
  mutant(
    "DROP CONVERSION app.latin; CREATE CONVERSION app.latin FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8",
    'conversion app.latin: encodings, function',
  ),
  mutant(
    "DROP COLLATION app.plain; CREATE COLLATION app.plain (provider = libc, locale = 'POSIX')",
    'collation app.plain: collate, ctype',
  ),
  mutant('DROP CAST (app.mood AS integer)', 'cast "app.mood".integer: missing'),
  mutant('DROP CONVERSION app.latin', 'conversion app.latin: missing'),
]
