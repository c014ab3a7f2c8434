import { mutant, type Mutant } from './mutant.ts'

export const tablespacesAndParameters: readonly Mutant[] = [
  mutant("COMMENT ON TABLESPACE roomy IS 'x'", 'tablespace roomy: comment', { isShared: true }),
  mutant('ALTER TABLESPACE roomy OWNER TO app_super', 'tablespace roomy: owner, privileges', { isShared: true }),
  mutant('GRANT CREATE ON TABLESPACE roomy TO app_reader', 'tablespace roomy: privileges', { isShared: true }),
  mutant('ALTER TABLESPACE roomy SET (seq_page_cost = 2)', 'tablespace roomy: options', { isShared: true }),
  mutant(
    'ALTER TABLESPACE roomy RENAME TO attic',
    [
      'constraint more.roomy.roomy_pkey: index tablespace',
      'index more.roomy_body: tablespace',
      'materialized view more.roomier: tablespace',
      'table more.roomy: tablespace',
      'tablespace attic: extra',
      'tablespace roomy: missing',
    ],
    { isShared: true },
  ),
  mutant('GRANT ALTER SYSTEM ON PARAMETER log_statement TO app_writer', 'parameter log_statement: privileges', {
    isShared: true,
  }),
  mutant('GRANT SET ON PARAMETER wal_compression TO app_writer', 'parameter wal_compression: extra', {
    isShared: true,
  }),
  mutant('REVOKE SET ON PARAMETER log_statement FROM app_writer', 'parameter log_statement: missing', {
    isShared: true,
  }),
]
