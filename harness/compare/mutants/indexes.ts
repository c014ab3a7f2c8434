import { mutant, notNullConstraints, type Mutant } from './mutant.ts'

export const indexes: readonly Mutant[] = [
  mutant(
    "DROP INDEX app.by_email; CREATE INDEX by_email ON app.team (lower(name)); COMMENT ON INDEX app.by_email IS 'for logins'",
    'index app.by_email: definition, table',
  ),
  mutant('ALTER INDEX more.roomy_body SET TABLESPACE pg_default', 'index more.roomy_body: tablespace'),
  mutant(
    "UPDATE pg_catalog.pg_index SET indisready = false WHERE indexrelid = 'app.by_email'::pg_catalog.regclass",
    'index app.by_email: ready',
  ),
  mutant(
    "UPDATE pg_catalog.pg_index SET indislive = false WHERE indexrelid = 'app.by_email'::pg_catalog.regclass",
    'index app.by_email: ready',
    { restoreOnly: 'pg_dump does not look whether an index is alive' },
  ),
  mutant('ALTER MATERIALIZED VIEW more.roomier CLUSTER ON roomier_id', 'index more.roomier_id: clustered'),
  mutant(
    'ALTER TABLE public.plain ALTER COLUMN id SET NOT NULL; CREATE UNIQUE INDEX plain_id ON public.plain (id); ALTER TABLE public.plain REPLICA IDENTITY USING INDEX plain_id',
    ['column public.plain.id: not null', 'index public.plain_id: extra', 'table public.plain: replica identity'],
    notNullConstraints('constraint public.plain.plain_id_not_null: extra'),
  ),
  mutant(
    "UPDATE pg_catalog.pg_index SET indisreplident = true WHERE indexrelid = 'more.roomy_body'::pg_catalog.regclass",
    'index more.roomy_body: replica identity',
  ),
  mutant(
    `DROP INDEX app.by_email; CREATE INDEX by_email ON app."User Account" USING hash (lower(email)) WHERE note IN ('x', 'y') AND age BETWEEN 1 AND 9; COMMENT ON INDEX app.by_email IS 'for logins'`,
    'index app.by_email: definition',
  ),
  mutant(
    `DROP INDEX app.by_email; CREATE INDEX by_email ON app."User Account" (lower(email) COLLATE "C") WHERE note IN ('x', 'y') AND age BETWEEN 1 AND 9; COMMENT ON INDEX app.by_email IS 'for logins'`,
    'index app.by_email: definition',
  ),
  mutant(
    `DROP INDEX app.by_email; CREATE INDEX by_email ON app."User Account" (lower(email) text_pattern_ops) WHERE note IN ('x', 'y') AND age BETWEEN 1 AND 9; COMMENT ON INDEX app.by_email IS 'for logins'`,
    'index app.by_email: definition',
  ),
  mutant(
    `DROP INDEX app.by_email; CREATE INDEX by_email ON app."User Account" (lower(email)); COMMENT ON INDEX app.by_email IS 'for logins'`,
    'index app.by_email: definition',
  ),
  mutant(
    'CREATE INDEX by_similarity ON more.stored USING gist (body more.gist_trgm_ops (siglen = 32))',
    'index more.by_similarity: extra',
  ),
  mutant(
    'DROP INDEX app.by_team; CREATE UNIQUE INDEX by_team ON app."User Account" (team_id, id NULLS LAST) INCLUDE (age)',
    'index app.by_team: definition',
  ),
  mutant(
    'DROP INDEX app.by_team; CREATE UNIQUE INDEX by_team ON app."User Account" (team_id, id DESC NULLS LAST) INCLUDE (age) NULLS NOT DISTINCT',
    'index app.by_team: definition',
  ),
  mutant(['CREATE UNIQUE INDEX CONCURRENTLY twice ON app."User Account" (mood)'], 'index app.twice: extra', {
    restoreOnly: 'pg_dump passes invalid indexes by',
    leavesFault: true,
  }),
  mutant(['DROP INDEX CONCURRENTLY app.by_email'], 'index app.by_email: missing'),
  mutant(
    'ALTER TABLE app.event DETACH PARTITION app.event_2026',
    ['index app.event_2026_kind_idx: extra', 'table app.event_2026: partition bound, partition of'],
    notNullConstraints('constraint app.event_2026.event_at_not_null: extra'),
  ),
  mutant('DROP INDEX app.by_email', 'index app.by_email: missing'),
  mutant(
    `DROP INDEX app.by_email; CREATE INDEX by_email ON app."User Account" (lower(email)) WHERE note IN ('x', 'z') AND age BETWEEN 1 AND 9; COMMENT ON INDEX app.by_email IS 'for logins'`,
    'index app.by_email: definition',
  ),
  mutant('COMMENT ON INDEX app.by_email IS NULL', 'index app.by_email: comment'),
  mutant('ALTER INDEX app.by_email SET (fillfactor = 50)', 'index app.by_email: definition'),
  mutant('ALTER INDEX app.by_email ALTER COLUMN 1 SET STATISTICS 50', 'index app.by_email: statistics'),
  mutant(
    "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'app.by_email'::regclass",
    'index app.by_email: valid',
  ),
  mutant(
    'DROP INDEX app.by_team; CREATE INDEX by_team ON app."User Account" (team_id, id DESC NULLS LAST) INCLUDE (age)',
    'index app.by_team: unique',
  ),
  mutant(
    'DROP INDEX app.by_team; CREATE UNIQUE INDEX by_team ON app."User Account" (team_id, id DESC) INCLUDE (age)',
    'index app.by_team: definition',
  ),
  mutant(
    'DROP INDEX app.by_team; CREATE UNIQUE INDEX by_team ON app."User Account" (team_id, id DESC NULLS LAST)',
    'index app.by_team: definition',
  ),
  mutant('ALTER TABLE app."User Account" CLUSTER ON by_team', 'index app.by_team: clustered'),
  mutant('DROP INDEX app.event_kind', 'index app.event_kind: missing'),
  mutant('DROP INDEX app.ages_by_age', 'index app.ages_by_age: missing'),
  mutant('CREATE INDEX more ON public.plain USING gin (payload)', 'index public.more: extra'),
]
