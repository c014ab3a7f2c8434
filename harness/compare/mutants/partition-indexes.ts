import { mutant, notNullConstraints, type Mutant } from './mutant.ts'

export const partitionIndexes: readonly Mutant[] = [
  mutant('ALTER INDEX more.visit_2025_pkey SET (fillfactor = 60)', 'constraint more.visit_2025.visit_2025_pkey: extra'),
  mutant("COMMENT ON INDEX more.visit_2025_pkey IS 'x'", 'constraint more.visit_2025.visit_2025_pkey: extra'),
  mutant('ALTER TABLE more.visit_2025 CLUSTER ON visit_2025_pkey', 'constraint more.visit_2025.visit_2025_pkey: extra'),
  mutant('ALTER TABLE more.visit_2025 REPLICA IDENTITY USING INDEX visit_2025_pkey', [
    'constraint more.visit_2025.visit_2025_pkey: extra',
    'table more.visit_2025: replica identity',
  ]),
  mutant(
    'ALTER TABLE more.visit_2026 RENAME CONSTRAINT visit_2026_pkey TO own_key',
    'constraint more.visit_2026.own_key: extra',
  ),
  mutant('ALTER INDEX more.visit_2025_note_idx SET (fillfactor = 60)', 'index more.visit_2025_note_idx: extra'),
  mutant("COMMENT ON INDEX more.visit_2025_note_idx IS 'x'", 'index more.visit_2025_note_idx: extra'),
  mutant(
    'ALTER INDEX more.visit_2025_lower_idx ALTER COLUMN 1 SET STATISTICS 3',
    'index more.visit_2025_lower_idx: extra',
  ),
  mutant('ALTER INDEX more.visit_2026_note_idx RENAME TO own_name', 'index more.own_name: extra'),
  mutant('ALTER INDEX more.visit_2026_note_idx SET TABLESPACE roomy', 'index more.visit_2026_note_idx: extra'),
  mutant('ALTER TABLE more.visit_2026 CLUSTER ON visit_2026_note_idx', 'index more.visit_2026_note_idx: extra'),
  mutant('ALTER INDEX more.visit_note RENAME TO visit_notes', [
    'index more.visit_2024_note_idx: partition of',
    'index more.visit_note: missing',
    'index more.visit_notes: extra',
  ]),
  mutant('DROP INDEX more.visit_note', ['index more.visit_2024_note_idx: missing', 'index more.visit_note: missing']),
  mutant(
    "COMMENT ON INDEX more.visit_2025_note_idx IS 'x'; UPDATE pg_catalog.pg_class SET relispartition = false WHERE oid = 'more.visit_2025_note_idx'::pg_catalog.regclass",
    'index more.visit_2025_note_idx: extra',
  ),
  mutant(
    'ALTER TABLE more.visit DETACH PARTITION more.visit_2024',
    [
      'constraint more.visit_2024.visit_2024_pkey: index partition of',
      'constraint more.visit_2024.visit_team_id_fkey: extra',
      'index more.visit_2024_lower_idx: extra',
      'index more.visit_2024_note_idx: partition of',
      'table more.visit_2024: partition bound, partition of',
    ],
    notNullConstraints(
      'constraint more.visit_2024.visit_at_not_null: extra',
      'constraint more.visit_2024.visit_id_not_null: extra',
    ),
  ),
  mutant("COMMENT ON INDEX more.visit_2024_note_idx IS 'x'", 'index more.visit_2024_note_idx: comment'),
  mutant('COMMENT ON INDEX more.visit_2024_pkey IS NULL', 'constraint more.visit_2024.visit_2024_pkey: missing'),
]
