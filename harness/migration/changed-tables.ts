import { identityOf, type Facts, type TableFact } from '../facts/index.ts'
import type { StayedColumns } from './compare-stayed.ts'
import type { RenameMap } from './rename-map.ts'
import type { ChangedTable } from './types.ts'

/** Tables whose rows are not what they were: made, dropped, more or fewer rows, other rows. Names and numbers only. */
export function changedTables(
  before: Facts,
  after: Facts,
  renames: RenameMap,
  stayed: StayedColumns = new Map(),
): ChangedTable[] {
  const left = new Map(after.tables.map((table) => [spell(table), table]))
  const changed: ChangedTable[] = []
  for (const table of before.tables) {
    const name = spell(table)
    // A table that was dropped and made anew is the same to whoever reads it.
    const now = renames.tableNow(name) ?? name
    const found = left.get(now) ?? null
    left.delete(now)
    const content = stayed.get(name) ?? compareContent(table, found)
    const isSame = found !== null && found.rows === table.rows && content === 'same' && now === name
    if (isSame) continue
    // Only the columns changed: that is the schema's difference, not the rows'.
    if (found !== null && found.rows === table.rows && content === 'not-compared' && now === name) continue
    changed.push({
      table: found === null ? name : now,
      was: found !== null && now !== name ? name : null,
      rowsBefore: table.rows,
      rowsAfter: found?.rows ?? null,
      content,
    })
  }
  for (const [name, table] of left) {
    changed.push({ table: name, was: null, rowsBefore: null, rowsAfter: table.rows, content: 'not-compared' })
  }
  return changed.sort((a, b) => (a.table < b.table ? -1 : 1))
}

export function spell({ schema, name }: Pick<TableFact, 'schema' | 'name'>): string {
  return identityOf([schema, name])
}

/** Two fingerprints are comparable over the same columns only. */
function compareContent(was: TableFact, is: TableFact | null): ChangedTable['content'] {
  if (is === null || was.fingerprint === null || is.fingerprint === null) return 'not-compared'
  if (was.unreadable !== undefined || is.unreadable !== undefined) return 'not-compared'
  if (was.columns.join('\n') !== is.columns.join('\n')) return 'not-compared'
  return was.fingerprint === is.fingerprint ? 'same' : 'differs'
}
