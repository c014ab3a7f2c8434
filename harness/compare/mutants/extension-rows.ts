import { mutant, type Mutant } from './mutant.ts'

export const extensionRows: readonly Mutant[] = [
  mutant("UPDATE more.configured SET value = 'b'", 'row content more.configured', { restoreOnly: 'rows' }),
]
