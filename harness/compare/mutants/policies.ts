import { mutant, type Mutant } from './mutant.ts'

export const policies: readonly Mutant[] = [
  mutant(`COMMENT ON POLICY own_team ON app."User Account" IS 'x'`, 'policy app."User Account".own_team: comment'),
  mutant(
    'DROP POLICY write_team ON app."User Account"; CREATE POLICY write_team ON app."User Account" AS RESTRICTIVE FOR UPDATE WITH CHECK (age BETWEEN 1 AND 99)',
    'policy app."User Account".write_team: command',
  ),
  mutant('ALTER POLICY own_team ON app."User Account" RENAME TO other_team', [
    'policy app."User Account".other_team: extra',
    'policy app."User Account".own_team: missing',
  ]),
  mutant('CREATE POLICY all_rows ON app.team USING (true)', 'policy app.team.all_rows: extra'),
  mutant('DROP POLICY own_team ON app."User Account"', 'policy app."User Account".own_team: missing'),
  mutant('ALTER POLICY own_team ON app."User Account" USING (true)', 'policy app."User Account".own_team: using'),
  mutant('ALTER POLICY own_team ON app."User Account" TO PUBLIC', 'policy app."User Account".own_team: roles'),
  mutant(
    'ALTER POLICY write_team ON app."User Account" WITH CHECK (age BETWEEN 1 AND 98)',
    'policy app."User Account".write_team: with check',
  ),
  mutant(
    'DROP POLICY write_team ON app."User Account"; CREATE POLICY write_team ON app."User Account" FOR INSERT WITH CHECK (age BETWEEN 1 AND 99)',
    'policy app."User Account".write_team: type',
  ),
]
