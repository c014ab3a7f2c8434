import { mutant, notNullConstraints, type Mutant } from './mutant.ts'

export const columns: readonly Mutant[] = [
  mutant('ALTER TABLE app.child ALTER COLUMN a SET DEFAULT 1', 'column app.child.a: default'),
  mutant('CREATE TABLE app.merged (a integer, own integer) INHERITS (app.parent)', 'table app.merged: extra'),
  mutant('ALTER TABLE app.child ADD COLUMN b2 integer; ALTER TABLE app.parent ADD COLUMN b2 integer', [
    'column app.child.b2: extra',
    'column app.parent.b2: extra',
  ]),
  mutant(
    "UPDATE pg_catalog.pg_attribute SET attislocal = true WHERE attrelid = 'app.child'::pg_catalog.regclass AND attname = 'a'",
    'column app.child.a: inherited and local',
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP COLUMN doubled, ADD COLUMN doubled integer GENERATED ALWAYS AS (CASE WHEN age BETWEEN 1 AND 5 THEN age * 2 END) VIRTUAL',
    ['column app."User Account".body: position', 'column app."User Account".doubled: generated kind, position'],
    { since: 18 },
  ),
  mutant('ALTER TABLE app.team ALTER COLUMN id SET INCREMENT 2', 'sequence app.team_id_seq: increment'),
  mutant('ALTER TABLE app.team ALTER COLUMN id SET CACHE 5', 'sequence app.team_id_seq: cache'),
  mutant('GRANT SELECT (id, note) ON app."User Account" TO app_reader WITH GRANT OPTION', [
    'column app."User Account".id: privileges',
    'column app."User Account".note: privileges',
  ]),
  mutant(
    'ALTER TABLE public.plain ALTER COLUMN payload TYPE json USING payload::text::json',
    'column public.plain.payload: type',
  ),
  mutant(
    'ALTER TABLE public.plain ALTER COLUMN id SET NOT NULL',
    'column public.plain.id: not null',
    notNullConstraints('constraint public.plain.plain_id_not_null: extra'),
  ),
  mutant(
    'ALTER TABLE app."User Account" ALTER COLUMN body SET DEFAULT now()::text',
    'column app."User Account".body: default',
  ),
  mutant("ALTER FOREIGN TABLE app.remote ALTER COLUMN word SET DEFAULT 'x'", 'column app.remote.word: default'),
  mutant("COMMENT ON COLUMN app.ages.people IS 'x'", 'column app.ages.people: comment'),
  mutant("COMMENT ON COLUMN app.adult.status IS 'x'", 'column app.adult.status: extra'),
  mutant('GRANT SELECT (status) ON app.adult TO app_reader', 'column app.adult.status: extra'),
  mutant('ALTER MATERIALIZED VIEW app.ages ALTER COLUMN people SET STATISTICS 7', 'column app.ages.people: statistics'),
  mutant('ALTER TABLE app."User Account" DROP COLUMN mood CASCADE', 'column app."User Account".mood: missing'),
  mutant('ALTER TABLE app."User Account" ADD COLUMN phone text', 'column app."User Account".phone: extra'),
  mutant('ALTER TABLE app."User Account" RENAME COLUMN body TO text', [
    'column app."User Account".body: missing',
    'column app."User Account".text: extra',
  ]),
  mutant(
    'ALTER TABLE app.team ALTER COLUMN name DROP NOT NULL',
    'column app.team.name: not null',
    notNullConstraints('constraint app.team.team_name_not_null: missing'),
  ),
  mutant(`ALTER TABLE app."User Account" ALTER COLUMN note SET DEFAULT 'x'`, 'column app."User Account".note: default'),
  mutant('ALTER TABLE app."User Account" ALTER COLUMN mood DROP DEFAULT', 'column app."User Account".mood: default'),
  mutant('ALTER TABLE public.plain ALTER COLUMN id TYPE bigint', 'column public.plain.id: type'),
  mutant('ALTER TABLE app.event ALTER COLUMN weight TYPE numeric(8,2)', [
    'column app.event.weight: type',
    'column app.event_2025.weight: type',
    'column app.event_2026.weight: type',
  ]),
  mutant('ALTER TABLE app.cache ALTER COLUMN value TYPE varchar(60)', 'column app.cache.value: type'),
  mutant(
    'ALTER TABLE app."User Account" ALTER COLUMN body TYPE text COLLATE "C"',
    'column app."User Account".body: collation, storage',
  ),
  mutant(
    'ALTER TABLE app."User Account" ALTER COLUMN body SET STORAGE MAIN',
    'column app."User Account".body: storage',
  ),
  mutant(
    'ALTER TABLE app."User Account" ALTER COLUMN body SET COMPRESSION pglz',
    'column app."User Account".body: compression',
  ),
  mutant(
    'ALTER TABLE app."User Account" ALTER COLUMN email SET STATISTICS 100',
    'column app."User Account".email: statistics',
  ),
  mutant(
    'ALTER TABLE app."User Account" ALTER COLUMN email SET (n_distinct = 5)',
    'column app."User Account".email: options',
  ),
  mutant('COMMENT ON COLUMN app."User Account".email IS NULL', 'column app."User Account".email: comment'),
  mutant('REVOKE UPDATE (note) ON app."User Account" FROM app_writer', 'column app."User Account".note: privileges'),
  mutant(
    'ALTER TABLE app."User Account" ALTER COLUMN doubled DROP EXPRESSION',
    'column app."User Account".doubled: generated, generated kind',
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP COLUMN doubled, ADD COLUMN doubled integer GENERATED ALWAYS AS (age * 3) STORED',
    ['column app."User Account".body: position', 'column app."User Account".doubled: generated, position'],
  ),
  mutant('ALTER TABLE app.team ALTER COLUMN id SET GENERATED ALWAYS', 'column app.team.id: identity kind'),
  mutant('ALTER TABLE app.team ALTER COLUMN id DROP IDENTITY', [
    'column app.team.id: identity kind',
    'sequence app.team_id_seq: missing',
  ]),
  mutant('ALTER VIEW app.adult ALTER COLUMN email DROP DEFAULT', 'column app.adult.email: missing'),
  mutant(
    "ALTER FOREIGN TABLE app.remote ALTER COLUMN id OPTIONS (SET name 'Id')",
    'column app.remote.id: foreign options',
  ),
  mutant(
    'ALTER TABLE app.cache DROP CONSTRAINT cache_pkey, ALTER COLUMN key DROP NOT NULL',
    ['column app.cache.key: not null', 'constraint app.cache.cache_pkey: missing'],
    notNullConstraints('constraint app.cache.cache_key_not_null: missing'),
  ),
  mutant("ALTER TYPE app.mood RENAME VALUE 'ok' TO 'fine'", [
    'column app."User Account".mood: default',
    'enum app.mood: labels',
  ]),
]
