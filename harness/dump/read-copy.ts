import { isSymbol, isWord, nameAt, tokensOf } from './tokens.ts'
import type { QualifiedName } from './types.ts'

/** What a COPY statement asks for. Only rows from the dump itself are harmless; files and programs are not pg_dump's. */
export type CopyCommand =
  | { readonly kind: 'from stdin'; readonly table: QualifiedName; readonly columns: readonly string[] }
  | { readonly kind: 'other' }

export function readCopy(sql: string): CopyCommand {
  const tokens = tokensOf(sql).toArray()
  const name = nameAt(tokens, 1)
  if (name === null) return { kind: 'other' }
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
  if (!isWord(tokens[at], 'FROM') || !isWord(tokens[at + 1], 'STDIN')) return { kind: 'other' }
  return { kind: 'from stdin', table: qualified(name.parts), columns }
}

/** A name as a relation's; without a schema it is `public`'s, as far as a dump can tell. */
export function qualified(parts: readonly string[]): QualifiedName {
  const name = parts.at(-1) ?? ''
  return { schema: parts.length > 1 ? (parts.at(-2) ?? 'public') : 'public', name }
}
