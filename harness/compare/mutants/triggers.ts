import { mutant, type Mutant } from './mutant.ts'

export const triggers: readonly Mutant[] = [
  mutant(`COMMENT ON TRIGGER touching ON app."User Account" IS 'x'`, 'trigger app."User Account".touching: comment'),
  mutant('ALTER TRIGGER touching ON app."User Account" RENAME TO touched', [
    'trigger app."User Account".touched: extra',
    'trigger app."User Account".touching: missing',
  ]),
  mutant(
    `DROP TRIGGER touching ON app."User Account"; CREATE TRIGGER touching BEFORE INSERT ON app."User Account" FOR EACH ROW WHEN (NEW.note IN ('a', 'b') AND NEW.age BETWEEN 1 AND 2) EXECUTE FUNCTION app.touch()`,
    'trigger app."User Account".touching: definition',
  ),
  mutant('ALTER TABLE more.visit_2025 DISABLE TRIGGER passing', 'trigger more.visit_2025.passing: extra'),
  mutant('ALTER TABLE more.visit DISABLE TRIGGER passing', 'trigger more.visit.passing: fires'),
  mutant(
    'ALTER TABLE app."User Account" ENABLE REPLICA TRIGGER touching',
    'trigger app."User Account".touching: fires',
  ),
  mutant('ALTER EVENT TRIGGER watching OWNER TO app_super', 'event trigger watching: owner'),
  mutant("COMMENT ON EVENT TRIGGER watching IS 'x'", 'event trigger watching: comment'),
  mutant(
    "DROP EVENT TRIGGER watching; CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE VIEW') EXECUTE FUNCTION app.watch()",
    'event trigger watching: tags',
  ),
  mutant(
    "DROP EVENT TRIGGER watching; CREATE EVENT TRIGGER watching ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION app.watch()",
    'event trigger watching: event',
  ),
  mutant(
    "CREATE FUNCTION more.look() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END'; DROP EVENT TRIGGER watching; CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION more.look()",
    ['event trigger watching: function', 'function more.look(): extra'],
  ),
  mutant('ALTER EVENT TRIGGER watching ENABLE ALWAYS', 'event trigger watching: fires'),
  mutant(`COMMENT ON RULE keep_zero ON app."User Account" IS 'x'`, 'rule app."User Account".keep_zero: comment'),
  mutant(
    'CREATE OR REPLACE RULE keep_zero AS ON DELETE TO app."User Account" WHERE OLD.id = 1 DO INSTEAD NOTHING',
    'rule app."User Account".keep_zero: definition',
  ),
  mutant('ALTER TABLE app."User Account" ENABLE ALWAYS RULE keep_zero', 'rule app."User Account".keep_zero: fires'),
  mutant('DROP TRIGGER touching ON app."User Account"', 'trigger app."User Account".touching: missing'),
  mutant('ALTER TABLE app."User Account" DISABLE TRIGGER touching', 'trigger app."User Account".touching: fires'),
  mutant('ALTER TABLE app."User Account" ENABLE ALWAYS TRIGGER touching', 'trigger app."User Account".touching: fires'),
  mutant(
    `CREATE OR REPLACE TRIGGER touching AFTER INSERT OR UPDATE OF note ON app."User Account" FOR EACH ROW
     WHEN (NEW.note IN ('a', 'b') AND NEW.age BETWEEN 1 AND 2) EXECUTE FUNCTION app.touch()`,
    'trigger app."User Account".touching: definition',
  ),
  mutant('ALTER EVENT TRIGGER watching DISABLE', 'event trigger watching: fires'),
  mutant('DROP EVENT TRIGGER watching', 'event trigger watching: missing'),
  mutant('DROP RULE keep_zero ON app."User Account"', 'rule app."User Account".keep_zero: missing'),
  mutant('ALTER TABLE app."User Account" DISABLE RULE keep_zero', 'rule app."User Account".keep_zero: fires'),
]
