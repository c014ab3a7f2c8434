import { identifierOf, isSymbol, isWord, type Token } from '../../dump/index.ts'

export interface GrantRole {
  readonly kind: 'grant role'
  readonly role: string
  readonly member: string
  /** `ADMIN OPTION` before 16, else `ADMIN TRUE` and its like. */
  readonly options: readonly string[]
  /** Who gave it where it was dumped; null where the dump does not say. */
  readonly grantor: string | null
}

/** `GRANT a TO b [WITH …] [GRANTED BY c]` as pg_dumpall writes it. */
export function readRoleGrant(tokens: readonly Token[]): GrantRole | null {
  const role = identifierOf(tokens[1])
  const member = identifierOf(tokens[3])
  if (role === null || member === null || !isWord(tokens[0], 'GRANT') || !isWord(tokens[2], 'TO')) return null
  let at = 4
  const options: string[] = []
  if (isWord(tokens[at], 'WITH')) {
    do {
      const option = tokens[at + 1]?.text.toUpperCase() ?? ''
      const value = tokens[at + 2]?.text.toUpperCase() ?? ''
      if (tokens[at + 1]?.kind !== 'word' || tokens[at + 2]?.kind !== 'word') return null
      if (!/^(?:ADMIN|INHERIT|SET)$/.test(option) || !/^(?:OPTION|TRUE|FALSE)$/.test(value)) return null
      options.push(`${option} ${value}`)
      at += 3
    } while (isSymbol(tokens[at], ','))
  }
  const isNamed = isWord(tokens[at], 'GRANTED') && isWord(tokens[at + 1], 'BY')
  const grantor = isNamed ? identifierOf(tokens[at + 2]) : null
  if (grantor !== null) at += 3
  return at === tokens.length ? { kind: 'grant role', role, member, options, grantor } : null
}
