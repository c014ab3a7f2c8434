import { asFault, Fault, formatCount, type SqlRunner } from '../../core/index.ts'
import type { Selection } from '../../restore/index.ts'
import { lookAtTables } from './find-content.ts'
import type { TargetState } from './look-at-target.ts'

/** How the sessions of the restore begin, and what the user should know of it. */
export interface RowSetUp {
  readonly settings: readonly string[]
  readonly warnings: readonly string[]
}

/** Foreign keys and triggers rest: rows come in whatever order the dump has them, and are as the triggers left them. */
const withoutTriggers = 'SET session_replication_role = replica'

/**
 * Tables that rows go into must be empty where they are there already; without definitions, they must be there. Throws
 * `E_TARGET_NOT_EMPTY` and `E_SELECTION_EMPTY`.
 */
export async function prepareRows(
  sql: SqlRunner,
  { filled }: Selection,
  { place }: TargetState,
  only: 'schema' | 'data' | null,
): Promise<RowSetUp> {
  const tables = await lookAtTables(sql, filled)
  const full = tables.filter(({ hasRows }) => hasRows)
  if (full.length > 0) {
    throw new Fault(
      'E_TARGET_NOT_EMPTY',
      `in ${place.database}, ${several(full)} ${full.length > 1 ? 'hold' : 'holds'} rows`,
      {
        hint: 'rows go into empty tables: empty them first, or restore into a new database',
      },
    )
  }
  if (only !== 'data') return { settings: [], warnings: [] }
  const missing = tables.filter(({ exists }) => !exists)
  if (missing.length > 0) {
    throw new Fault('E_SELECTION_EMPTY', `${place.database} has no table for the rows of ${several(missing)}`, {
      hint: 'restore the definitions first: --only schema; or leave these tables out: --table',
    })
  }
  try {
    await sql.query(withoutTriggers)
    await sql.query('RESET session_replication_role')
    return { settings: [withoutTriggers], warnings: [] }
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.code !== 'E_SQL') throw fault
    const warning = `${place.user} may not set session_replication_role: triggers fire and foreign keys are checked row by row`
    return { settings: [], warnings: [warning] }
  }
}

const shown = 3

function several(tables: readonly { readonly schema: string; readonly name: string }[]): string {
  const names = tables.slice(0, shown).map(({ schema, name }) => `${schema}.${name}`)
  const more = tables.length > shown ? `, … (${formatCount(tables.length)} tables)` : ''
  return `${names.join(', ')}${more}`
}
