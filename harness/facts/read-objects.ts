import type { Row } from '../core/index.ts'
import { identityOf } from './identity.ts'
import type { CatalogueQuery } from './queries/catalogue-query.ts'
import type { ObjectFact } from './types.ts'

const nothingDeparsed: readonly string[] = []

/** `true`, names of types and owners, privileges: what repeats is short, and of few kinds. */
const longestKept = 100
const mostKept = 1_000

/** Of one query's rows, which all have the same columns. Texts that many rows hold are kept once. */
export function objectsOf(query: CatalogueQuery, rows: readonly Row[]): readonly ObjectFact[] {
  const names = Object.keys(rows[0] ?? {})
    .filter((name) => name !== 'identity' && name !== 'signature')
    .sort()
  const deparsed = query.deparsed ?? nothingDeparsed
  const kept = new Map<string, string>()
  const keepOnce = (text: string): string => {
    const known = kept.get(text)
    if (known !== undefined) return known
    if (kept.size < mostKept) kept.set(text, text)
    return text
  }
  return rows.map((row) => {
    const properties: Record<string, string | null> = {}
    for (const name of names) {
      const value = row[name] ?? null
      properties[name] = value === null || value.length > longestKept ? value : keepOnce(value)
    }
    const parts = JSON.parse(row['identity'] ?? '[]') as readonly string[]
    return { kind: query.kind, identity: identityOf(parts, row['signature'] ?? null), properties, deparsed }
  })
}

/** By code points: the same on every machine. */
export function byKindAndIdentity(a: ObjectFact, b: ObjectFact): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1
  return a.identity < b.identity ? -1 : a.identity > b.identity ? 1 : 0
}
