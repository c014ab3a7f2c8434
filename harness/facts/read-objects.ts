import type { Row } from '../core/index.ts'
import { identityOf } from './identity.ts'
import type { CatalogueQuery } from './queries/catalogue-query.ts'
import type { ObjectFact } from './types.ts'

const nothingDeparsed: readonly string[] = []

export function objectOf(query: CatalogueQuery, row: Row): ObjectFact {
  const properties: Record<string, string | null> = {}
  for (const name of Object.keys(row).sort()) {
    if (name !== 'identity' && name !== 'signature') properties[name] = row[name] ?? null
  }
  const parts = JSON.parse(row['identity'] ?? '[]') as readonly string[]
  return {
    kind: query.kind,
    identity: identityOf(parts, row['signature'] ?? null),
    properties,
    deparsed: query.deparsed ?? nothingDeparsed,
  }
}

/** By code points: the same on every machine. */
export function byKindAndIdentity(a: ObjectFact, b: ObjectFact): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1
  return a.identity < b.identity ? -1 : a.identity > b.identity ? 1 : 0
}
