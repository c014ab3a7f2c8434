import { identityOf, partsOfIdentity } from '../facts/index.ts'
import type { CompareOptions } from './options.ts'

/** The table that a dump loads a partition's rows by, as `pg_dump --load-via-partition-root` has it. */
export interface LoadedThrough {
  readonly root: string
  /** The dump holds as many rows for it as its partitions had together. */
  readonly isWhole: boolean
}

/** By identity, partitions that the dump has no section of their own for: which one of its ancestors has one. */
export function loadedThroughRoot({ baseline, loaded = [] }: CompareOptions): ReadonlyMap<string, LoadedThrough> {
  const sections = new Map(loaded.map(({ schema, name, rowsInDump }) => [`${schema}.${name}`, BigInt(rowsInDump)]))
  const parents = new Map(
    baseline.objects.flatMap(({ kind, identity, properties }) => {
      const parent = kind === 'table' ? (properties['partition of'] ?? null) : null
      return parent === null ? [] : [[partsOfIdentity(identity).join('.'), unquoted(parent)] as const]
    }),
  )
  const rowsBelow = new Map<string, bigint>()
  const rootOf = new Map<string, string>()
  for (const { schema, name, rows } of baseline.tables) {
    const own = `${schema}.${name}`
    if (sections.has(own)) continue
    let above = parents.get(own)
    while (above !== undefined && !sections.has(above)) above = parents.get(above)
    if (above === undefined) continue
    rootOf.set(identityOf([schema, name]), above)
    rowsBelow.set(above, (rowsBelow.get(above) ?? 0n) + BigInt(rows))
  }
  return new Map([...rootOf].map(([key, root]) => [key, { root, isWhole: sections.get(root) === rowsBelow.get(root) }]))
}

function unquoted(name: string): string {
  return name.replaceAll('"', '')
}
