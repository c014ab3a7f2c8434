import { identityOf, type Facts, type TableFact } from '../facts/index.ts'
import type { CompareOptions } from './options.ts'

const largeObjects = { schema: 'pg_catalog', name: 'pg_largeobject' }

/** A table on both sides. `restored` is null when it is missing. */
export interface TablePair {
  readonly object: string
  readonly baseline: TableFact
  readonly restored: TableFact | null
}

export function pairTables({ baseline, restored, notCovered }: CompareOptions): TablePair[] {
  const restoredTables = tablesByName(restored)
  const pairs: TablePair[] = []
  for (const table of baseline.tables) {
    if ((notCovered?.schemas ?? []).includes(table.schema)) continue
    const key = identityOf([table.schema, table.name])
    pairs.push({ object: displayName(table), baseline: table, restored: restoredTables.get(key) ?? withoutRows(table) })
    restoredTables.delete(key)
  }
  const more = restoredTables.get(identityOf([largeObjects.schema, largeObjects.name]))
  if (more)
    pairs.push({ object: displayName(more), baseline: { ...more, rows: '0', fingerprint: '0' }, restored: more })
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

export const unreadableRemedy = {
  baseline: 'let the observing role read it (pg_read_all_data, BYPASSRLS), then take a new backup',
  restored: 'look at the reason; a damaged table in a fresh copy is a fault of the engine or its disk',
} as const
