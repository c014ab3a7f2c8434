import { mutant, type Mutant } from './mutant.ts'

export const views: readonly Mutant[] = [
  mutant(
    `CREATE OR REPLACE VIEW app.adult WITH (security_barrier = true) AS SELECT id, email, 'x'::varchar(20) AS status, 1 AS more FROM app."User Account"`,
    'view app.adult: columns, definition',
  ),
  mutant('ALTER VIEW more.some SET (check_option = cascaded)', 'view more.some: options'),
  mutant(
    `DROP VIEW app.adult; CREATE VIEW app.adult WITH (security_barrier = true) AS SELECT id AS number, email, NULL::varchar(20) AS status FROM app."User Account"; COMMENT ON VIEW app.adult IS 'of age'; ALTER VIEW app.adult ALTER COLUMN email SET DEFAULT 'none'`,
    'view app.adult: columns, definition',
  ),
  mutant("COMMENT ON MATERIALIZED VIEW app.ages IS 'x'", 'materialized view app.ages: comment'),
  mutant('ALTER MATERIALIZED VIEW app.ages OWNER TO app_owner', 'materialized view app.ages: owner, privileges'),
  mutant('GRANT SELECT ON app.ages TO app_reader', 'materialized view app.ages: privileges'),
  mutant('ALTER MATERIALIZED VIEW app.ages RENAME COLUMN people TO persons', [
    'column app.ages.people: missing',
    'column app.ages.persons: extra',
    'materialized view app.ages: columns, definition',
  ]),
  mutant(
    'ALTER MATERIALIZED VIEW more.roomier SET (toast.autovacuum_enabled = false)',
    'materialized view more.roomier: toast options',
  ),
  mutant('ALTER TABLE more.roomier REPLICA IDENTITY FULL', 'materialized view more.roomier: replica identity'),
  mutant(
    'ALTER MATERIALIZED VIEW more.roomier SET TABLESPACE pg_default',
    'materialized view more.roomier: tablespace',
  ),
  mutant(
    'DROP MATERIALIZED VIEW app.ages; CREATE MATERIALIZED VIEW app.ages AS SELECT age, count(email) AS people FROM app."User Account" GROUP BY age; CREATE INDEX ages_by_age ON app.ages (age)',
    'materialized view app.ages: definition',
  ),
  mutant('DROP VIEW app.adult', 'view app.adult: missing'),
  mutant(
    `CREATE OR REPLACE VIEW app.adult WITH (security_barrier = true) AS SELECT id, email, 'x'::varchar(20) AS status FROM app."User Account"`,
    'view app.adult: definition',
  ),
  mutant('ALTER VIEW app.adult SET (security_barrier = false)', 'view app.adult: options'),
  mutant('ALTER VIEW app.adult SET (security_invoker = true)', 'view app.adult: options'),
  mutant('ALTER VIEW app.adult OWNER TO app_owner', 'view app.adult: owner, privileges'),
  mutant('COMMENT ON VIEW app.adult IS NULL', 'view app.adult: comment'),
  mutant('GRANT SELECT ON app.adult TO app_reader', 'view app.adult: privileges'),
  mutant('REFRESH MATERIALIZED VIEW app.ages WITH NO DATA', 'materialized view app.ages: populated', {
    restoreOnly: 'whether it is populated goes with the rows',
  }),
  mutant('ALTER MATERIALIZED VIEW app.ages SET (fillfactor = 50)', 'materialized view app.ages: options'),
  mutant('DROP MATERIALIZED VIEW app.ages', 'materialized view app.ages: missing'),
]
