import { mutant, type Mutant } from './mutant.ts'

export const sequences: readonly Mutant[] = [
  mutant("COMMENT ON SEQUENCE app.ticket IS 'x'", 'sequence app.ticket: comment'),
  mutant('ALTER SEQUENCE app.ticket OWNER TO app_owner', 'sequence app.ticket: owner, privileges'),
  mutant('ALTER SEQUENCE app."User Account_id_seq" OWNED BY NONE', 'sequence app."User Account_id_seq": owned by'),
  mutant('GRANT UPDATE ON SEQUENCE app.ticket TO app_reader', 'sequence app.ticket: privileges'),
  mutant('ALTER SEQUENCE app.ticket RENAME TO tickets', [
    'sequence app.ticket: missing',
    'sequence app.tickets: extra',
  ]),
  mutant('ALTER SEQUENCE app.ticket RESTART 77', 'sequences app.ticket', { restoreOnly: 'positions go with the rows' }),
  mutant('ALTER SEQUENCE app."User Account_id_seq" RESTART 7', 'sequences app."User Account_id_seq"', {
    restoreOnly: 'positions go with the rows',
  }),
  mutant('ALTER TABLE app."User Account" OWNER TO app_writer', [
    'sequence app."User Account_id_seq": owner, privileges',
    'table app."User Account": owner, privileges',
  ]),
  mutant('ALTER SEQUENCE app.ticket INCREMENT 6', 'sequence app.ticket: increment'),
  mutant('ALTER SEQUENCE app.ticket MAXVALUE 9001', 'sequence app.ticket: maximum'),
  mutant('ALTER SEQUENCE app.ticket MINVALUE 2', 'sequence app.ticket: minimum'),
  mutant('ALTER SEQUENCE app.ticket START 11', 'sequence app.ticket: start'),
  mutant('ALTER SEQUENCE app.ticket CACHE 1', 'sequence app.ticket: cache'),
  mutant('ALTER SEQUENCE app.ticket CYCLE', 'sequence app.ticket: cycle'),
  mutant('ALTER SEQUENCE app.ticket AS bigint', 'sequence app.ticket: type'),
  mutant('ALTER SEQUENCE app.ticket OWNED BY app.booking.room', 'sequence app.ticket: owned by'),
  mutant('REVOKE USAGE ON SEQUENCE app.ticket FROM app_writer', 'sequence app.ticket: privileges'),
  mutant('ALTER SEQUENCE app.ticket SET UNLOGGED', 'sequence app.ticket: persistence'),
  mutant('DROP SEQUENCE app.ticket', 'sequence app.ticket: missing'),
]
