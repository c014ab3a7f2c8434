import { relationKey, type Touch } from './uses.ts'

/** What the database itself says of its tables before rows are loaded. */
export interface TableRules {
  /** Its partitions and children, theirs too. What is done to it may be done to them. */
  readonly descendants: readonly string[]
  /** Loading it runs code that may read other tables: only the dump's order gives what the dump's restore gives. */
  readonly isSensitive: boolean
  /** It may be emptied and loaded again with frozen rows: an ordinary, empty table that nothing refers to. */
  readonly mayFreeze: boolean
  /** Columns that rows bring along: all but the generated ones. */
  readonly columns: number
}

export type LoadRules = ReadonlyMap<string, TableRules>

export function touchAll(touches: readonly Touch[], rules: LoadRules): readonly Touch[] {
  const seen = new Map<string, Touch>()
  for (const touch of touches) {
    for (const key of [touch.key, ...(rules.get(touch.key)?.descendants ?? [])]) {
      const known = seen.get(key)
      // Two uses of one relation by the same entry (a table's key to its own parent): the stricter rule.
      seen.set(key, known === undefined || known.use === touch.use ? { key, use: touch.use } : { key, use: 'ordered' })
    }
  }
  return [...seen.values()]
}

export function keyOfTable({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return relationKey(schema, name)
}
