import { Fault } from '../../core/index.ts'
import type { SourceTable } from './types.ts'

/** A table's rows, by whoever counted them. */
export interface CountedTable {
  readonly schema: string
  readonly name: string
  readonly rows: number
}

/** A dump as our own reader found it. */
export interface ReadBack {
  readonly isComplete: boolean
  /** What is wrong with it, one line each. */
  readonly problems: readonly string[]
  /** Tables that it has rows of, or an empty block for. */
  readonly tables: readonly CountedTable[]
}

export interface Written {
  readonly rows: number
  readonly tables: number
  /** Tables that nobody counted at the source: their rows in the dump were held against nothing. */
  readonly uncounted: readonly string[]
}

/**
 * Holds a dump against what was counted in its own snapshot: every table is there, with every row. Throws
 * `E_DUMP_SHORT`, `E_DUMP_TRUNCATED` or `E_DUMP_DAMAGED`: such a dump is no backup.
 *
 * Equal counts do not prove equal rows; the rehearsal does that.
 */
export function checkWritten(
  dump: ReadBack,
  tables: readonly SourceTable[],
  counted: readonly CountedTable[],
): Written {
  const again = 'nothing was kept; back up again, and look at the disk if it happens twice'
  if (!dump.isComplete) throw new Fault('E_DUMP_TRUNCATED', 'the dump just written has no end', { hint: again })
  const [problem] = dump.problems
  if (problem !== undefined) throw new Fault('E_DUMP_DAMAGED', `the dump just written: ${problem}`, { hint: again })
  const inDump = new Map(dump.tables.map((table) => [keyOf(table), table.rows]))
  const atSource = new Map(counted.map((table) => [keyOf(table), table.rows]))
  const wrong: string[] = []
  const uncounted: string[] = []
  for (const table of tables.filter(({ kind }) => kind === 'r')) {
    const name = `${table.schema}.${table.name}`
    const rows = inDump.get(keyOf(table))
    const expected = atSource.get(keyOf(table))
    if (rows === undefined) wrong.push(`${name} is not in it`)
    else if (expected === undefined) uncounted.push(name)
    else if (rows !== expected) wrong.push(`${name} has ${rows} rows of ${expected}`)
  }
  if (wrong.length > 0) {
    const more = wrong.length > 5 ? `, and ${wrong.length - 5} more` : ''
    throw new Fault('E_DUMP_SHORT', `the dump is not what the snapshot holds: ${wrong.slice(0, 5).join('; ')}${more}`, {
      hint: again,
    })
  }
  return {
    rows: dump.tables.reduce((sum, table) => sum + table.rows, 0),
    tables: dump.tables.length,
    uncounted,
  }
}

function keyOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([schema, name])
}
