import { mutant, type Mutant } from './mutant.ts'

export const foreignKeys: readonly Mutant[] = [
  mutant('ALTER TABLE more.visit_2026 DISABLE TRIGGER ALL', [
    'constraint more.visit_2026.visit_team_id_fkey: extra',
    'trigger more.visit_2026.passing: extra',
  ]),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT "User Account_team_id_fkey", ADD FOREIGN KEY (team_id) REFERENCES app.team ON DELETE CASCADE ON UPDATE CASCADE',
    'constraint app."User Account"."User Account_team_id_fkey": definition',
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT "User Account_team_id_fkey", ADD FOREIGN KEY (team_id) REFERENCES app.team MATCH FULL ON DELETE CASCADE',
    'constraint app."User Account"."User Account_team_id_fkey": definition',
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT "User Account_team_id_fkey", ADD FOREIGN KEY (team_id) REFERENCES app.team ON DELETE SET NULL (team_id)',
    'constraint app."User Account"."User Account_team_id_fkey": definition',
  ),
  mutant(
    'ALTER TABLE app."User Account" ALTER CONSTRAINT "User Account_team_id_fkey" DEFERRABLE INITIALLY IMMEDIATE',
    'constraint app."User Account"."User Account_team_id_fkey": definition',
  ),
  mutant(
    "UPDATE pg_catalog.pg_constraint SET convalidated = false WHERE conname = 'User Account_team_id_fkey'",
    'constraint app."User Account"."User Account_team_id_fkey": definition, validated',
  ),
  mutant(
    `UPDATE pg_catalog.pg_trigger SET tgenabled = 'A' WHERE tgisinternal AND tgrelid = 'app."User Account"'::pg_catalog.regclass`,
    'constraint app."User Account"."User Account_team_id_fkey": triggers',
    { restoreOnly: 'internal triggers: pg_dump takes them to be on' },
  ),
  mutant(
    'ALTER TABLE app."User Account" ALTER CONSTRAINT "User Account_team_id_fkey" NOT ENFORCED',
    'constraint app."User Account"."User Account_team_id_fkey": definition, triggers, validated',
    { since: 18 },
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT "User Account_team_id_fkey"',
    'constraint app."User Account"."User Account_team_id_fkey": missing',
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT "User Account_team_id_fkey", ADD FOREIGN KEY (team_id) REFERENCES app.team ON DELETE SET NULL',
    'constraint app."User Account"."User Account_team_id_fkey": definition',
  ),
  mutant(
    'ALTER TABLE app."User Account" ALTER CONSTRAINT "User Account_team_id_fkey" DEFERRABLE INITIALLY DEFERRED',
    'constraint app."User Account"."User Account_team_id_fkey": definition',
  ),
  mutant(
    'ALTER TABLE app."User Account" DROP CONSTRAINT "User Account_team_id_fkey", ADD FOREIGN KEY (team_id) REFERENCES app.team ON DELETE CASCADE NOT VALID',
    'constraint app."User Account"."User Account_team_id_fkey": definition, validated',
  ),
  mutant('ALTER TABLE app."User Account" DISABLE TRIGGER ALL', [
    'constraint app."User Account"."User Account_team_id_fkey": triggers',
    'trigger app."User Account".touching: fires',
  ]),
  mutant(
    'ALTER TABLE app.team DISABLE TRIGGER ALL',
    [
      'constraint app."User Account"."User Account_team_id_fkey": triggers',
      'constraint app.team.team_name_key: triggers',
      'constraint more.visit.visit_team_id_fkey: triggers',
    ],
    { restoreOnly: 'internal triggers: pg_dump takes them to be on' },
  ),
]
