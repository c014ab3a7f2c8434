import { identityOf, type Facts } from '../facts/index.ts'

/** Rows of every table whose rows were read; of a partitioned one, those of its partitions, if all were read. */
export function countRows({ tables, objects }: Facts): ReadonlyMap<string, bigint> {
  const counts = new Map<string, bigint>()
  const unread = new Set<string>()
  const parents = new Map(
    objects.flatMap(({ kind, identity, properties }) => {
      const parent = properties['partition of'] ?? null
      return kind === 'table' && parent !== null ? [[identity, parent] as const] : []
    }),
  )
  for (const { schema, name, rows, unreadable } of tables) {
    let table: string | undefined = identityOf([schema, name])
    for (; table !== undefined; table = parents.get(table)) {
      if (unreadable === undefined) counts.set(table, (counts.get(table) ?? 0n) + BigInt(rows))
      else unread.add(table)
    }
  }
  for (const table of unread) counts.delete(table)
  return counts
}
