import { mutant, type Mutant } from './mutant.ts'

export const extensionRows: readonly Mutant[] = [
  mutant("UPDATE more.configured SET value = 'b'", 'row content more.configured', { restoreOnly: 'rows' }),
  mutant('DELETE FROM more.partly_configured WHERE id = 1001', 'row content more.partly_configured', {
    restoreOnly: 'rows',
  }),
  mutant("UPDATE more.partly_configured SET value = 'x' WHERE id = 1001", 'row content more.partly_configured', {
    restoreOnly: 'rows',
  }),
  mutant("INSERT INTO more.partly_configured VALUES (1002, 'more')", 'row content more.partly_configured', {
    restoreOnly: 'rows',
  }),
  mutant(
    "UPDATE pg_catalog.pg_extension SET extcondition = ARRAY['', 'WHERE id > 1001'] WHERE extname = 'pg_trgm'",
    'row content more.partly_configured',
    { restoreOnly: 'the extension’s own, which its script says' },
  ),
  // Not the user's: the extension brings it along.
  mutant(
    "DELETE FROM more.partly_configured WHERE id = 1; INSERT INTO more.partly_configured VALUES (2, 'came later')",
    [],
    { restoreOnly: 'rows' },
  ),
]
