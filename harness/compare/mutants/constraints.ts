import { mutant, type Mutant } from './mutant.ts'

export const constraints: readonly Mutant[] = [
  mutant('ALTER TABLE app.parent DROP CONSTRAINT parent_b_check', 'constraint app.parent.parent_b_check: missing'),
  mutant('ALTER TABLE more.heir NO INHERIT more.base', [
    'column more.heir.value: inherited and local',
    'constraint more.heir.positive: inherited and local',
    'table more.heir: inherits',
  ]),
  mutant('ALTER TABLE app.child NO INHERIT app.parent; ALTER TABLE app.child INHERIT app.parent', [
    'column app.child.a: inherited and local',
    'column app.child.b: inherited and local',
    'column app.child.late: inherited and local',
    'constraint app.child.parent_b_check: extra',
  ]),
  mutant(
    'ALTER TABLE app.parent DROP CONSTRAINT parent_b_check; ALTER TABLE app.parent ADD CONSTRAINT parent_b_check CHECK (b > 0) NO INHERIT',
    'constraint app.parent.parent_b_check: definition',
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT sane_age, ADD CONSTRAINT sane_age UNIQUE (id)',
    'constraint app."User Account".sane_age: definition, index, index valid, type',
  ),
  mutant(
    "ALTER TABLE more.place DROP CONSTRAINT apart, ADD CONSTRAINT apart EXCLUDE USING gist (int4range(room, room, '[]') WITH =, during WITH &&)",
    'constraint more.place.apart: definition',
  ),
  mutant('ALTER INDEX more.apart ALTER COLUMN 1 SET STATISTICS 9', 'constraint more.place.apart: index statistics', {
    until: 17,
  }),
  mutant('ALTER INDEX more.apart ALTER COLUMN 1 SET STATISTICS 9', 'constraint more.place.apart: index statistics', {
    since: 18,
    restoreOnly: 'pg_dump 18 writes it of indexes, and no longer of those of constraints',
  }),
  mutant('ALTER INDEX more.roomy_pkey SET TABLESPACE pg_default', 'constraint more.roomy.roomy_pkey: index tablespace'),
  mutant(
    "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'app.cache_pkey'::pg_catalog.regclass",
    'constraint app.cache.cache_pkey: index valid',
  ),
  mutant(
    "UPDATE pg_catalog.pg_index SET indisready = false WHERE indexrelid = 'app.cache_pkey'::pg_catalog.regclass",
    'constraint app.cache.cache_pkey: index valid',
  ),
  mutant(
    "UPDATE pg_catalog.pg_constraint SET convalidated = false WHERE conname = 'known_status'",
    'constraint app.team.known_status: definition, validated',
  ),
  mutant(
    'ALTER TABLE app.team DROP CONSTRAINT team_name_key, ADD UNIQUE NULLS NOT DISTINCT (name) DEFERRABLE INITIALLY DEFERRED',
    'constraint app.team.team_name_key: definition, index',
  ),
  mutant('ALTER TABLE app.team DROP CONSTRAINT team_name_key, ADD UNIQUE (name) INCLUDE (status) DEFERRABLE', [
    'constraint app.team.team_name_key: missing',
    'constraint app.team.team_name_status_key: extra',
  ]),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT sane_age, ADD CONSTRAINT sane_age CHECK (age BETWEEN 0 AND 150 AND id > 0) NOT ENFORCED',
    'constraint app."User Account".sane_age: definition, validated',
    { since: 18 },
  ),
  mutant(
    'CREATE TABLE app.period (during tstzrange, id int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS))',
    'table app.period: extra',
    { since: 18 },
  ),
  mutant(
    'ALTER TABLE app.team RENAME CONSTRAINT team_name_not_null TO team_has_name',
    ['constraint app.team.team_has_name: extra', 'constraint app.team.team_name_not_null: missing'],
    { since: 18 },
  ),
  mutant(
    "COMMENT ON CONSTRAINT team_name_not_null ON app.team IS 'x'",
    'constraint app.team.team_name_not_null: comment',
    { since: 18 },
  ),
  mutant('ALTER TABLE app.child NO INHERIT app.parent', [
    'constraint app.child.parent_b_check: extra',
    'table app.child: inherits',
  ]),
  mutant('ALTER TABLE app."User Account" DROP CONSTRAINT sane_age', 'constraint app."User Account".sane_age: missing'),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT sane_age, ADD CONSTRAINT sane_age CHECK (age BETWEEN 0 AND 151 AND id > 0)',
    'constraint app."User Account".sane_age: definition',
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT sane_age, ADD CONSTRAINT sane_age CHECK (age BETWEEN 0 AND 150 AND id > 0) NOT VALID',
    'constraint app."User Account".sane_age: definition, validated',
  ),
  mutant(
    `COMMENT ON CONSTRAINT sane_age ON app."User Account" IS 'x'`,
    'constraint app."User Account".sane_age: comment',
  ),
  mutant('ALTER TABLE app."User Account" RENAME CONSTRAINT sane_age TO sound_age', [
    'constraint app."User Account".sane_age: missing',
    'constraint app."User Account".sound_age: extra',
  ]),
  mutant('ALTER TABLE app.team DROP CONSTRAINT team_name_key', 'constraint app.team.team_name_key: missing'),
  mutant(
    'ALTER TABLE app.team DROP CONSTRAINT team_name_key, ADD UNIQUE (name)',
    'constraint app.team.team_name_key: definition, triggers',
  ),
  mutant(
    'ALTER TABLE app.team DROP CONSTRAINT team_name_key, ADD UNIQUE NULLS NOT DISTINCT (name) DEFERRABLE',
    'constraint app.team.team_name_key: definition, index',
  ),
  mutant('ALTER INDEX app.cache_pkey SET (fillfactor = 60)', 'constraint app.cache.cache_pkey: index'),
  mutant('ALTER TABLE app.cache CLUSTER ON cache_pkey', 'constraint app.cache.cache_pkey: clustered'),
  mutant("COMMENT ON INDEX app.cache_pkey IS 'x'", 'constraint app.cache.cache_pkey: index comment'),
  mutant('ALTER TABLE app.team REPLICA IDENTITY USING INDEX team_pkey', [
    'constraint app.team.team_pkey: replica identity',
    'table app.team: replica identity',
  ]),
  mutant(
    'ALTER TABLE app.booking DROP CONSTRAINT booking_during_excl',
    'constraint app.booking.booking_during_excl: missing',
  ),
  mutant('ALTER DOMAIN app.email DROP CONSTRAINT known_end', 'constraint app.email.known_end: missing'),
  mutant(
    "ALTER DOMAIN app.email DROP CONSTRAINT has_at; ALTER DOMAIN app.email ADD CONSTRAINT has_at CHECK (VALUE ~ '@@')",
    'constraint app.email.has_at: definition',
  ),
]
