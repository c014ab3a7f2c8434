import { mutant, type Mutant } from './mutant.ts'

export const tables: readonly Mutant[] = [
  mutant('CREATE UNLOGGED TABLE more.dropped (id integer)', 'table more.dropped: extra'),
  mutant('ALTER TABLE more.carded NOT OF', 'table more.carded: of type'),
  mutant('ALTER TABLE more.roomy SET TABLESPACE pg_default', 'table more.roomy: tablespace'),
  mutant(
    "UPDATE pg_catalog.pg_class SET relam = (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'heap') WHERE oid = 'more.stored'::pg_catalog.regclass",
    'table more.stored: access method',
  ),
  mutant(
    "UPDATE pg_catalog.pg_class SET relam = (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'heap') WHERE oid = 'more.roomier'::pg_catalog.regclass",
    'materialized view more.roomier: access method',
  ),
  mutant('DROP TABLE more.visit_2025, more.visit_2026', [
    'table more.visit_2025: missing',
    'table more.visit_2026: missing',
  ]),
  mutant(
    'DROP TABLE app.event CASCADE; CREATE TABLE app.event (at date NOT NULL, kind text, weight numeric(6,2)) PARTITION BY LIST (at); CREATE INDEX event_kind ON app.event (kind)',
    ['table app.event: partitioned by', 'table app.event_2025: missing', 'table app.event_2026: missing'],
  ),
  mutant('CREATE TABLE more.reading_default PARTITION OF more.reading DEFAULT', 'table more.reading_default: extra'),
  mutant('ALTER TABLE public.plain REPLICA IDENTITY NOTHING', 'table public.plain: replica identity'),
  mutant('ALTER TABLE app."User Account" RENAME TO users', [
    'index app.by_email: table',
    'index app.by_team: table',
    'materialized view app.ages: definition',
    'sequence app."User Account_id_seq": owned by',
    'statistics app.age_by_team: definition',
    'table app."User Account": missing',
    'table app.users: extra',
    'view app.adult: definition',
  ]),
  mutant('ALTER TABLE app.team ENABLE ROW LEVEL SECURITY', 'table app.team: row security'),
  mutant('ALTER TABLE public.plain SET SCHEMA app', ['table app.plain: extra', 'table public.plain: missing']),
  mutant("COMMENT ON TABLE app.event_2025 IS 'x'", 'table app.event_2025: comment'),
  mutant('GRANT SELECT ON app.event_2025 TO app_reader', 'table app.event_2025: privileges'),
  mutant('DROP TABLE app.cache', 'table app.cache: missing'),
  mutant('CREATE TABLE app.more (id integer PRIMARY KEY, CHECK (id > 0))', 'table app.more: extra'),
  mutant(`COMMENT ON TABLE app."User Account" IS 'else'`, 'table app."User Account": comment'),
  mutant('REVOKE SELECT ON app."User Account" FROM app_reader', 'table app."User Account": privileges'),
  mutant('GRANT TRUNCATE ON app."User Account" TO app_reader', 'table app."User Account": privileges'),
  mutant('REVOKE GRANT OPTION FOR INSERT ON app.team FROM app_writer', 'table app.team: privileges'),
  mutant('GRANT SELECT ON public.plain TO PUBLIC', 'table public.plain: privileges'),
  mutant('ALTER TABLE app."User Account" DISABLE ROW LEVEL SECURITY', 'table app."User Account": row security'),
  mutant('ALTER TABLE app."User Account" FORCE ROW LEVEL SECURITY', 'table app."User Account": row security forced'),
  mutant('ALTER TABLE app."User Account" SET (fillfactor = 70)', 'table app."User Account": options'),
  mutant('ALTER TABLE app."User Account" RESET (toast.autovacuum_enabled)', 'table app."User Account": toast options'),
  mutant('ALTER TABLE public.plain REPLICA IDENTITY DEFAULT', 'table public.plain: replica identity'),
  mutant('ALTER TABLE public.plain SET UNLOGGED', 'table public.plain: persistence'),
  mutant(
    `ALTER TABLE app.event DETACH PARTITION app.event_2026;
     ALTER TABLE app.event ATTACH PARTITION app.event_2026 FOR VALUES FROM ('2026-01-01') TO ('2028-01-01')`,
    'table app.event_2026: partition bound',
  ),
]
