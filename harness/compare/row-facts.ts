import { conditionNotRun, identityOf, type Facts, type TableFact } from '../facts/index.ts'
import { notChecked } from './findings.ts'
import type { CheckId, Finding } from './types.ts'
import type { CompareOptions } from './options.ts'

const largeObjects = { schema: 'pg_catalog', name: 'pg_largeobject' }

/** A table on both sides. `restored` is null when it is missing. */
export interface TablePair {
  readonly object: string
  readonly baseline: TableFact
  readonly restored: TableFact | null
  /** In a schema that the platform provides: its rows are compared, its definition is the stand-in's. */
  readonly provided: boolean
}

/**
 * The tables whose rows are compared. Those in schemas that the platform provides too, as far as they can be: when the
 * dump brings rows for them, or the stand-in has a table for rows that the dump should have brought.
 */
export function pairTables({ baseline, restored, notCovered, loaded }: CompareOptions): TablePair[] {
  const restoredTables = tablesByName(restored)
  const loadedTables = new Set(loaded?.map(({ schema, name }) => identityOf([schema, name])))
  const pairs: TablePair[] = []
  for (const table of baseline.tables) {
    const key = identityOf([table.schema, table.name])
    const provided = (notCovered?.schemas ?? []).includes(table.schema)
    if (notCovered?.withoutRows?.includes(key) && table.rows !== '0' && !loadedTables.has(key)) continue
    const isLeftOut = notCovered?.withoutRows?.includes(table.schema) ?? false
    if (provided && !loadedTables.has(key) && (isLeftOut || table.rows === '0' || !restoredTables.has(key))) continue
    const copy = restoredTables.get(key) ?? withoutRows(table)
    // The extension's own rows alone, which no dump holds: that an engine lacks the extension is said elsewhere.
    if (copy === null && table.condition !== undefined && table.rows === '0') continue
    pairs.push({ object: displayName(table), baseline: table, restored: copy, provided })
    restoredTables.delete(key)
  }
  const more = restoredTables.get(identityOf([largeObjects.schema, largeObjects.name]))
  if (more) {
    const none = { ...more, rows: '0', fingerprint: '0' }
    pairs.push({ object: displayName(more), baseline: none, restored: more, provided: false })
  }
  return pairs
}

/** Large objects have no table of their own to be missing: none is zero rows. */
function withoutRows(table: TableFact): TableFact | null {
  return isLargeObjects(table) ? { ...table, rows: '0', fingerprint: '0' } : null
}

function tablesByName(facts: Facts): Map<string, TableFact> {
  return new Map(facts.tables.map((table) => [identityOf([table.schema, table.name]), table]))
}

function isLargeObjects(table: { readonly schema: string; readonly name: string }): boolean {
  return table.schema === largeObjects.schema && table.name === largeObjects.name
}

function displayName(table: TableFact): string {
  return isLargeObjects(table) ? 'large objects' : identityOf([table.schema, table.name])
}

/**
 * Of an extension's table of which each side counts the rows that its own extension says are the user's: not comparable
 * where they say otherwise, as two versions of an extension may. Open, unless nothing is known to be lost: a hostile copy
 * can say so of any table.
 */
export function unlikeConditions(check: CheckId, { object, baseline, restored }: TablePair): Finding | null {
  const sides = [baseline, restored]
  const isUnlike = restored?.condition !== undefined && restored.condition !== baseline.condition
  if (!isUnlike && !sides.some((side) => side?.unreadable === conditionNotRun)) return null
  const isUnknown = baseline.unreadable === conditionNotRun
  const isEmpty = baseline.condition !== undefined && baseline.rows === '0'
  return notChecked(check, {
    object,
    message: `${object} is an extension's, and which of its rows a dump holds is not said alike on both sides`,
    remedy: 'restore with the version of the extension that the backup was taken from',
    expected: baseline.condition ?? null,
    actual: restored?.condition ?? null,
    notice: isUnknown || isEmpty,
  })
}

export const unreadableRemedy = {
  baseline: 'let the observing role read it (pg_read_all_data, BYPASSRLS), then take a new backup',
  restored: 'look at the reason; a damaged table in a fresh copy is a fault of the engine or its disk',
} as const
