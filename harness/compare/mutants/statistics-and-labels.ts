import { mutant, type Mutant } from './mutant.ts'

export const statisticsAndLabels: readonly Mutant[] = [
  mutant("COMMENT ON STATISTICS app.age_by_team IS 'x'", 'statistics app.age_by_team: comment'),
  mutant('ALTER STATISTICS app.age_by_team OWNER TO app_super', 'statistics app.age_by_team: owner'),
  mutant(
    'DROP STATISTICS app.age_by_team; CREATE STATISTICS app.age_by_team (ndistinct) ON age, team_id FROM app."User Account"',
    'statistics app.age_by_team: definition',
  ),
  mutant(
    "UPDATE pg_catalog.pg_seclabel SET label = 'public' WHERE objsubid = 0",
    'security label table."app.team".guard: label',
  ),
  mutant(
    "UPDATE pg_catalog.pg_seclabel SET label = 'public' WHERE objsubid = 1",
    'security label column."app.team.id".guard: label',
  ),
  mutant('DELETE FROM pg_catalog.pg_seclabel WHERE objsubid = 1', 'security label column."app.team.id".guard: missing'),
  mutant('DROP STATISTICS app.age_by_team', 'statistics app.age_by_team: missing'),
  mutant('ALTER STATISTICS app.age_by_team SET STATISTICS 5', 'statistics app.age_by_team: target'),
]
