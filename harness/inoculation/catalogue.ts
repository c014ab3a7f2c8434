import { breaksOfAccess } from './breaks/access.ts'
import { breaksOfDefinitions } from './breaks/definitions.ts'
import { breaksOfFunctions } from './breaks/functions.ts'
import { breaksOfRows } from './breaks/rows.ts'
import { breaksOfSecurity } from './breaks/security.ts'
import { breaksOfWrites } from './breaks/sequences.ts'
import { breaksOfTables } from './breaks/tables.ts'
import type { Break } from './types.ts'

/** Every way in which a restored copy is broken on purpose. */
export const catalogue: readonly Break[] = [
  ...breaksOfRows,
  ...breaksOfTables,
  ...breaksOfWrites,
  ...breaksOfSecurity,
  ...breaksOfDefinitions,
  ...breaksOfFunctions,
  ...breaksOfAccess,
]
