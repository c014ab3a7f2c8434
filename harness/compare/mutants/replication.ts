import { mutant, type Mutant } from './mutant.ts'

export const replication: readonly Mutant[] = [
  mutant("COMMENT ON PUBLICATION news IS 'x'", 'publication news: comment'),
  mutant('ALTER PUBLICATION news OWNER TO app_super', 'publication news: owner'),
  mutant('ALTER PUBLICATION news SET (publish_via_partition_root = true)', 'publication news: via root'),
  mutant(
    "DROP PUBLICATION news; CREATE PUBLICATION news FOR ALL TABLES WITH (publish = 'insert, update')",
    'publication news: all tables, tables',
  ),
  mutant("ALTER PUBLICATION news SET (publish = 'insert, update, truncate')", 'publication news: publishes'),
  mutant('ALTER PUBLICATION news SET (publish_generated_columns = stored)', 'publication news: generated columns', {
    since: 18,
  }),
  mutant('ALTER PUBLICATION everything_in_app RENAME TO all_in_app', [
    'publication all_in_app: extra',
    'publication everything_in_app: missing',
  ]),
  mutant("COMMENT ON SUBSCRIPTION feed IS 'x'", 'subscription feed: comment'),
  mutant('ALTER SUBSCRIPTION feed OWNER TO app_super', 'subscription feed: owner'),
  mutant('ALTER SUBSCRIPTION feed SET PUBLICATION news WITH (refresh = false)', 'subscription feed: publications'),
  mutant("ALTER SUBSCRIPTION feed SET (slot_name = 'slot')", 'subscription feed: slot'),
  mutant('UPDATE pg_catalog.pg_subscription SET subenabled = true', 'subscription feed: enabled', {
    restoreOnly: 'a dump brings subscriptions back disabled',
  }),
  mutant("ALTER SUBSCRIPTION feed SET (synchronous_commit = 'local')", 'subscription feed: synchronous commit'),
  mutant('ALTER SUBSCRIPTION feed SET (binary = true)', 'subscription feed: binary'),
  mutant('ALTER SUBSCRIPTION feed SET (streaming = true)', 'subscription feed: streaming'),
  mutant("UPDATE pg_catalog.pg_subscription SET subtwophasestate = 'p'", 'subscription feed: two phase'),
  mutant('ALTER SUBSCRIPTION feed SET (disable_on_error = true)', 'subscription feed: disable on error'),
  mutant('ALTER SUBSCRIPTION feed SET (password_required = false)', 'subscription feed: password required', {
    since: 16,
  }),
  mutant('ALTER SUBSCRIPTION feed SET (run_as_owner = true)', 'subscription feed: run as owner', { since: 16 }),
  mutant('ALTER SUBSCRIPTION feed SET (origin = none)', 'subscription feed: origin', { since: 16 }),
  mutant('UPDATE pg_catalog.pg_subscription SET subfailover = true', 'subscription feed: failover', { since: 17 }),
  mutant('ALTER SUBSCRIPTION feed SET (streaming = parallel)', 'subscription feed: streaming', {
    since: 16,
    until: 17,
  }),
  // What a subscription comes with since 18.
  mutant('ALTER SUBSCRIPTION feed SET (streaming = off)', 'subscription feed: streaming', { since: 18 }),
  mutant('DROP SUBSCRIPTION feed', 'subscription feed: missing'),
  mutant('ALTER PUBLICATION news DROP TABLE app.parent', 'publication news: tables'),
  mutant(
    "ALTER PUBLICATION news SET TABLE app.team (id, name) WHERE (name IN ('x', 'z')), app.parent",
    'publication news: tables',
  ),
  mutant('ALTER PUBLICATION news SET TABLE app.team (id), app.parent', 'publication news: tables'),
  mutant("ALTER PUBLICATION news SET (publish = 'insert')", 'publication news: publishes'),
  mutant('DROP PUBLICATION everything_in_app', 'publication everything_in_app: missing'),
  mutant('ALTER PUBLICATION everything_in_app ADD TABLES IN SCHEMA public', 'publication everything_in_app: schemas'),
]
