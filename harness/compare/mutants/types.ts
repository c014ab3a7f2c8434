import { mutant, notNullConstraints, type Mutant } from './mutant.ts'

export const types: readonly Mutant[] = [
  mutant("COMMENT ON TYPE more.whole IS 'x'", 'type more.whole: comment'),
  mutant('ALTER TYPE more.whole OWNER TO app_owner', 'type more.whole: owner, privileges'),
  mutant('ALTER TYPE more.card OWNER TO app_owner', 'type more.card: owner, privileges'),
  mutant('ALTER TYPE app.mood OWNER TO app_owner', 'enum app.mood: owner, privileges'),
  mutant(
    'GRANT USAGE ON TYPE app.mood TO app_reader; REVOKE USAGE ON TYPE app.mood FROM PUBLIC',
    'enum app.mood: privileges',
  ),
  mutant('REVOKE USAGE ON TYPE more.whole FROM PUBLIC', 'type more.whole: privileges'),
  mutant('ALTER TYPE more.whole SET (RECEIVE = NONE)', 'type more.whole: receive'),
  mutant('ALTER TYPE more.whole SET (SEND = NONE)', 'type more.whole: send'),
  mutant(
    'ALTER TYPE more.whole SET (TYPMOD_IN = intervaltypmodin, TYPMOD_OUT = intervaltypmodout)',
    'type more.whole: modifier input, modifier output',
  ),
  mutant('ALTER TYPE more.whole SET (ANALYZE = array_typanalyze)', 'type more.whole: analyze'),
  mutant('ALTER TYPE more.whole SET (SUBSCRIPT = raw_array_subscript_handler)', 'type more.whole: subscript'),
  mutant(
    "UPDATE pg_catalog.pg_type SET typinput = 'pg_catalog.int4in'::pg_catalog.regproc WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: input',
  ),
  mutant(
    "UPDATE pg_catalog.pg_type SET typoutput = 'pg_catalog.int4out'::pg_catalog.regproc WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: output',
  ),
  mutant(
    "UPDATE pg_catalog.pg_type SET typalign = 's' WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: layout',
  ),
  mutant(
    "UPDATE pg_catalog.pg_type SET typcategory = 'U' WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: category',
  ),
  mutant(
    "UPDATE pg_catalog.pg_type SET typispreferred = true WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: category',
  ),
  mutant(
    "UPDATE pg_catalog.pg_type SET typdefault = '1' WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: default',
  ),
  mutant(
    "UPDATE pg_catalog.pg_type SET typdelim = ';' WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: delimiter',
  ),
  mutant(
    "UPDATE pg_catalog.pg_type SET typelem = 'integer'::pg_catalog.regtype WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: element',
  ),
  mutant(
    "UPDATE pg_catalog.pg_type SET typcollation = 100 WHERE oid = 'more.whole'::pg_catalog.regtype",
    'type more.whole: collatable',
  ),
  mutant('DROP TYPE more.shelled', 'type more.shelled: missing'),
  mutant(
    'DROP TYPE more.shelled; CREATE TYPE more.shelled AS (a integer)',
    'type more.shelled: attributes, category, collatable, delimiter, input, layout, output, type',
  ),
  mutant('ALTER TYPE more.card RENAME ATTRIBUTE face TO back CASCADE', [
    'column more.carded.back: extra',
    'column more.carded.face: missing',
    'type more.card: attributes',
  ]),
  mutant('COMMENT ON COLUMN more.card.face IS NULL', 'type more.card: attributes'),
  mutant(
    'DROP TYPE app.address CASCADE; CREATE TYPE app.address AS (street text, city text); ALTER TABLE app."User Account" ADD COLUMN home app.address',
    [
      'column app."User Account".body: position',
      'column app."User Account".doubled: position',
      'column app."User Account".home: position',
      'column app."User Account".note: position',
      'type app.address: attributes',
    ],
  ),
  mutant(
    'DROP TYPE more.words; CREATE TYPE more.words AS RANGE (subtype = text, multirange_type_name = more.many_words)',
    'type more.words: collation',
  ),
  mutant(
    'DROP TYPE more.words; CREATE TYPE more.words AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops, multirange_type_name = more.many_words)',
    'type more.words: operator class',
  ),
  mutant(
    'DROP TYPE more.words; CREATE TYPE more.words AS RANGE (subtype = text, collation = "C", multirange_type_name = more.all_words)',
    ['type more.words: multirange'],
  ),
  mutant(
    'DROP TYPE more.words; CREATE TYPE more.words AS RANGE (subtype = integer, multirange_type_name = more.many_words)',
    'type more.words: collation, operator class, subtype',
  ),
  mutant(
    "UPDATE pg_catalog.pg_range SET rngcanonical = 'pg_catalog.int4range_canonical'::pg_catalog.regproc WHERE rngtypid = 'more.words'::pg_catalog.regtype",
    'type more.words: canonical',
  ),
  mutant('ALTER DOMAIN more.label SET NOT NULL', 'domain more.label: not null', { until: 17 }),
  mutant(
    'ALTER DOMAIN more.label SET NOT NULL',
    ['constraint more.label.label_not_null: extra', 'domain more.label: not null'],
    { since: 18 },
  ),
  mutant("COMMENT ON DOMAIN more.label IS 'x'", 'domain more.label: comment'),
  mutant('REVOKE USAGE ON DOMAIN more.label FROM PUBLIC', 'domain more.label: privileges'),
  mutant('DROP DOMAIN more.label; CREATE DOMAIN more.label AS text', 'domain more.label: collation'),
  mutant('DROP DOMAIN more.label; CREATE DOMAIN more.label AS varchar(9) COLLATE "C"', 'domain more.label: base type'),
  mutant(
    'ALTER DOMAIN app.email RENAME CONSTRAINT email_not_null TO email_is_there',
    ['constraint app.email.email_is_there: extra', 'constraint app.email.email_not_null: missing'],
    { since: 18 },
  ),
  mutant("COMMENT ON CONSTRAINT has_at ON DOMAIN app.email IS 'x'", 'constraint app.email.has_at: comment'),
  mutant(
    "ALTER DOMAIN app.email DROP CONSTRAINT has_at; ALTER DOMAIN app.email ADD CONSTRAINT has_at CHECK (VALUE ~ '@') NOT VALID",
    'constraint app.email.has_at: definition, validated',
  ),
  mutant("ALTER TYPE app.mood ADD VALUE 'well' AFTER 'happy'", 'enum app.mood: labels'),
  mutant("ALTER TYPE app.mood ADD VALUE 'meh' BEFORE 'ok'", 'enum app.mood: labels'),
  mutant('COMMENT ON TYPE app.mood IS NULL', 'enum app.mood: comment'),
  mutant(
    'ALTER DOMAIN app.email DROP NOT NULL',
    'domain app.email: not null',
    notNullConstraints('constraint app.email.email_not_null: missing'),
  ),
  mutant("ALTER DOMAIN app.email SET DEFAULT 'somebody@example.org'", 'domain app.email: default'),
  mutant('ALTER DOMAIN app.email OWNER TO app_owner', 'domain app.email: owner, privileges'),
  mutant('ALTER TYPE app.address ADD ATTRIBUTE zip text CASCADE', 'type app.address: attributes'),
  mutant('REVOKE USAGE ON TYPE app.span FROM PUBLIC', 'type app.span: privileges'),
  mutant('DROP TYPE app.span; CREATE TYPE app.span AS RANGE (subtype = float8)', 'type app.span: difference'),
]
