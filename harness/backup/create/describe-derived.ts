import type { FileKind } from '../types.ts'
import type { CountedTable } from './check-written.ts'
import type { Derived } from './derive-artefacts.ts'

type DerivedFiles = Readonly<Record<string, Derived>>

export function kindsOf(files: DerivedFiles): Readonly<Record<string, FileKind>> {
  return Object.fromEntries(Object.entries(files).map(([name, { kind }]) => [name, kind]))
}

/** Rows by file, of those whose tables were all counted. A partitioned table has none of its own. */
export function rowsOf(files: DerivedFiles, counted: readonly CountedTable[]): Readonly<Record<string, number>> {
  const rows = new Map(counted.map((table) => [keyOf(table), table.rows]))
  const known = Object.entries(files).flatMap(([name, { tables }]) => {
    const each = tables?.filter(({ kind }) => kind === 'r').map((table) => rows.get(keyOf(table)))
    if (each === undefined || each.includes(undefined)) return []
    return [[name, each.reduce<number>((sum, count) => sum + (count ?? 0), 0)] as const]
  })
  return Object.fromEntries(known)
}

function keyOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([schema, name])
}
