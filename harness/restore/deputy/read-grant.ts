import { identifierOf, isSymbol, isWord, nameAt, type Token } from '../../dump/index.ts'

/** Privileges on one object. */
export interface GrantOn {
  readonly kind: 'grant on'
  readonly verb: 'GRANT' | 'REVOKE'
  readonly object: 'routine' | 'relation' | 'type'
  readonly schema: string
  readonly name: string
  readonly arguments: string | null
  readonly privileges: readonly string[]
  /** Null for everybody. */
  readonly roles: readonly (string | null)[]
  readonly withOption: boolean
}

const privilege = /^(?:ALL|SELECT|INSERT|UPDATE|DELETE|TRUNCATE|REFERENCES|TRIGGER|USAGE|EXECUTE|MAINTAIN)$/
const objects: Readonly<Record<string, GrantOn['object']>> = {
  FUNCTION: 'routine',
  PROCEDURE: 'routine',
  ROUTINE: 'routine',
  TABLE: 'relation',
  SEQUENCE: 'relation',
  TYPE: 'type',
  DOMAIN: 'type',
}

/** As pg_dump writes it: no columns, one object. */
export function readGrant(tokens: readonly Token[], sql: string): GrantOn | null {
  const verb = isWord(tokens[0], 'GRANT') ? 'GRANT' : isWord(tokens[0], 'REVOKE') ? 'REVOKE' : null
  const on = tokens.findIndex((token) => isWord(token, 'ON'))
  const object = objects[tokens[on + 1]?.kind === 'word' ? (tokens[on + 1]?.text.toUpperCase() ?? '') : '']
  const name = nameAt(tokens, on + 2)
  if (verb === null || on < 2 || object === undefined || name === null) return null
  const privileges = listOf(tokens.slice(1, on), (token) => {
    const word = token?.kind === 'word' ? token.text.toUpperCase() : ''
    return privilege.test(word) ? word : undefined
  })
  const [schema, last] = name.parts
  if (privileges === null || schema === undefined || last === undefined || name.parts.length !== 2) return null
  let at = name.end
  let spelt: string | null = null
  if (object === 'routine') {
    const to = tokens.findLastIndex((token) => isSymbol(token, ')'))
    if (!isSymbol(tokens[at], '(') || to < at) return null
    spelt = sql.slice(sql.indexOf('(') + 1, sql.lastIndexOf(')'))
    at = to + 1
  }
  if (!isWord(tokens[at], verb === 'GRANT' ? 'TO' : 'FROM')) return null
  let end = tokens.length
  const withOption = ['WITH', 'GRANT', 'OPTION'].every((word, place) => isWord(tokens[end - 3 + place], word))
  if (withOption) end -= 3
  const roles = listOf(tokens.slice(at + 1, end), (token) =>
    isWord(token, 'PUBLIC') ? null : (identifierOf(token) ?? undefined),
  )
  if (roles === null) return null
  return { kind: 'grant on', verb, object, schema, name: last, arguments: spelt, privileges, roles, withOption }
}

/** Words between commas; null where one is none. */
function listOf<Item>(
  tokens: readonly Token[],
  read: (token: Token | undefined) => Item | undefined,
): readonly Item[] | null {
  const items: Item[] = []
  for (let at = 0; at < tokens.length; at += 2) {
    const item = read(tokens[at])
    if (item === undefined || (at + 1 < tokens.length && !isSymbol(tokens[at + 1], ','))) return null
    items.push(item)
  }
  return items.length === 0 || tokens.length % 2 === 0 ? null : items
}
