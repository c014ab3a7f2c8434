import { isSymbol, isWord, nameAt, tokensOf } from '../tokens.ts'
import type { QualifiedName } from '../types.ts'

/** `COPY table (columns) FROM stdin`. */
export interface CopyFromStdin {
  readonly table: QualifiedName
  readonly columns: readonly string[]
}

/** Null for a COPY of another kind: to or from a file, a program or a query, which pg_dump never writes. */
export function readCopy(sql: string): CopyFromStdin | null {
  const tokens = tokensOf(sql).toArray()
  const name = nameAt(tokens, 1)
  if (name === null) return null
  let at = name.end
  const columns: string[] = []
  if (isSymbol(tokens[at], '(')) {
    for (at += 1; at < tokens.length && !isSymbol(tokens[at], ')'); at += 1) {
      const token = tokens[at]
      if (token?.kind === 'name') columns.push(token.text)
      else if (token?.kind === 'word') columns.push(token.text.toLowerCase())
    }
    at += 1
  }
  if (!isWord(tokens[at], 'FROM') || !isWord(tokens[at + 1], 'STDIN')) return null
  // Options would change what a row is (CSV, another NULL): pg_dump 13 and later writes none.
  return isSymbol(tokens[at + 2], ';') ? { table: qualified(name.parts), columns } : null
}

/** A name as a relation's; without a schema it is `public`'s, as far as a dump can tell. */
export function qualified(parts: readonly string[]): QualifiedName {
  const name = parts.at(-1) ?? ''
  return { schema: parts.length > 1 ? (parts.at(-2) ?? 'public') : 'public', name }
}
