import { identifierOf, isSymbol, isWord, nameAt, tokensOf, type Token } from '../../dump/index.ts'
import { readGrant, type GrantOn } from './read-grant.ts'
import { readRoleGrant, type GrantRole } from './read-role-grant.ts'
import { readKeptSetting, readSetting, type LetSet } from './read-setting.ts'

/** What a statement of the dump asks for, as far as a superuser may do it in its stead. Names, and nothing to be run. */
export type Order =
  | GrantRole
  | GrantOn
  | {
      readonly kind: 'change owner'
      readonly object: ObjectKind
      readonly name: readonly string[]
      /** What tells overloads apart, as the server writes it; null where there are none. */
      readonly arguments: string | null
      readonly owner: string
    }
  | { readonly kind: 'create extension'; readonly name: string; readonly schema: string }
  | { readonly kind: 'comment on extension'; readonly name: string; readonly comment: string | null }
  | { readonly kind: 'create schema'; readonly name: string; readonly owner: string }
  | LetSet
  | { readonly kind: 'publish all'; readonly name: string; readonly options: readonly (readonly [string, string])[] }
  | { readonly kind: 'publish schema'; readonly name: string; readonly schema: string }

export type ObjectKind =
  | 'relation'
  | 'type'
  | 'routine'
  | 'schema'
  | 'publication'
  | 'collation'
  | 'conversion'
  | 'statistics'
  | 'text search configuration'
  | 'text search dictionary'

/** Longer than any of them, with names in four bytes a letter. */
const longest = 16_384

/** Null for whatever is not exactly one of these, to its end. */
export function readOrder(verb: string, text: Uint8Array): Order | null {
  if (text.length > longest) return null
  const sql = Buffer.from(text).toString('utf8')
  if (sql.includes('\uFFFD')) return null
  const tokens = tokensOf(sql).toArray()
  if (isSymbol(tokens.at(-1), ';')) tokens.pop()
  if (tokens.some((token) => isSymbol(token, ';'))) return null
  // Words whose meaning hangs on escapes are not read.
  if (/\b[uU]&["']|\b[eE]'/.test(sql)) return null
  if (verb.endsWith(' OWNER TO')) return readOwner(tokens, sql)
  switch (verb) {
    case 'SET':
      return readSetting(tokens)
    case 'CREATE SCHEMA':
      return readSchema(tokens)
    case 'CREATE EXTENSION':
      return readExtension(tokens)
    case 'COMMENT ON EXTENSION':
      return readComment(tokens)
    case 'CREATE PUBLICATION':
      return readPublication(tokens)
    case 'ALTER PUBLICATION ADD TABLES IN SCHEMA':
      return readPublished(tokens)
    case 'GRANT':
      return readRoleGrant(tokens) ?? readGrant(tokens, sql)
    case 'REVOKE':
      return readGrant(tokens, sql)
    case 'ALTER ROLE SET':
    case 'ALTER DATABASE SET':
      return readKeptSetting(tokens)
    default:
      return null
  }
}

const kinds: readonly (readonly [words: string, object: ObjectKind])[] = [
  ['MATERIALIZED VIEW', 'relation'],
  ['FOREIGN TABLE', 'relation'],
  ['TABLE', 'relation'],
  ['VIEW', 'relation'],
  ['SEQUENCE', 'relation'],
  ['TYPE', 'type'],
  ['DOMAIN', 'type'],
  ['FUNCTION', 'routine'],
  ['PROCEDURE', 'routine'],
  ['AGGREGATE', 'routine'],
  ['SCHEMA', 'schema'],
  ['PUBLICATION', 'publication'],
  ['COLLATION', 'collation'],
  ['CONVERSION', 'conversion'],
  ['STATISTICS', 'statistics'],
  ['TEXT SEARCH CONFIGURATION', 'text search configuration'],
  ['TEXT SEARCH DICTIONARY', 'text search dictionary'],
]

function readOwner(tokens: readonly Token[], sql: string): Order | null {
  const kind = kinds.find(([words]) => hasWords(tokens, 1, words))
  if (!isWord(tokens[0], 'ALTER') || kind === undefined) return null
  let at = 1 + kind[0].split(' ').length
  if (hasWords(tokens, at, 'IF EXISTS')) at += 2
  if (isWord(tokens[at], 'ONLY')) at += 1
  const name = nameAt(tokens, at)
  const end = tokens.length - 3
  if (name === null || !hasWords(tokens, end, 'OWNER TO')) return null
  const owner = identifierOf(tokens[end + 2])
  if (owner === null) return null
  const order = { kind: 'change owner', object: kind[1], name: name.parts, owner } as const
  if (kind[1] !== 'routine') return name.end === end ? { ...order, arguments: null } : null
  if (!isSymbol(tokens[name.end], '(') || !isSymbol(tokens[end - 1], ')')) return null
  return { ...order, arguments: sql.slice(sql.indexOf('(') + 1, sql.lastIndexOf(')')) }
}

function readSchema(tokens: readonly Token[]): Order | null {
  const at = isWord(tokens[2], 'AUTHORIZATION') ? 2 : 3
  const owner = identifierOf(tokens[at + 1])
  const name = at === 2 ? owner : identifierOf(tokens[2])
  if (name === null || owner === null || !isWord(tokens[at], 'AUTHORIZATION')) return null
  return tokens.length === at + 2 ? { kind: 'create schema', name, owner } : null
}

function readExtension(tokens: readonly Token[]): Order | null {
  let at = 2
  if (hasWords(tokens, at, 'IF NOT EXISTS')) at += 3
  const name = identifierOf(tokens[at])
  const schema = identifierOf(tokens[at + 3])
  if (name === null || schema === null || !hasWords(tokens, at + 1, 'WITH SCHEMA')) return null
  return tokens.length === at + 4 ? { kind: 'create extension', name, schema } : null
}

function readComment(tokens: readonly Token[]): Order | null {
  const name = identifierOf(tokens[3])
  const said = tokens[5]
  if (name === null || !isWord(tokens[4], 'IS') || said === undefined || tokens.length !== 6) return null
  if (said.kind === 'text' && !said.text.startsWith('$'))
    return { kind: 'comment on extension', name, comment: said.text }
  return isWord(said, 'NULL') ? { kind: 'comment on extension', name, comment: null } : null
}

const publishing: ReadonlySet<string> = new Set(['publish', 'publish_via_partition_root', 'publish_generated_columns'])

/** `CREATE PUBLICATION p FOR ALL TABLES [WITH (a = b, …)]`: options are words, strings or nothing else. */
function readPublication(tokens: readonly Token[]): Order | null {
  const name = identifierOf(tokens[2])
  if (name === null || !hasWords(tokens, 3, 'FOR ALL TABLES')) return null
  if (tokens.length === 6) return { kind: 'publish all', name, options: [] }
  if (!isWord(tokens[6], 'WITH') || !isSymbol(tokens[7], '(') || !isSymbol(tokens.at(-1), ')')) return null
  const options: (readonly [string, string])[] = []
  for (let at = 8; at < tokens.length; at += 4) {
    const option = identifierOf(tokens[at])
    const value = tokens[at + 2]
    if (option === null || !publishing.has(option) || !isSymbol(tokens[at + 1], '=')) return null
    if (value === undefined || (value.kind !== 'text' && value.kind !== 'word')) return null
    if (!isSymbol(tokens[at + 3], at + 4 === tokens.length ? ')' : ',')) return null
    options.push([option, value.text])
  }
  return { kind: 'publish all', name, options }
}

function readPublished(tokens: readonly Token[]): Order | null {
  const name = identifierOf(tokens[2])
  const schema = identifierOf(tokens[7])
  if (name === null || schema === null || !hasWords(tokens, 3, 'ADD TABLES IN SCHEMA')) return null
  return tokens.length === 8 ? { kind: 'publish schema', name, schema } : null
}

/** Keywords, one after the other, from `at` on. */
export function hasWords(tokens: readonly Token[], at: number, words: string): boolean {
  return words.split(' ').every((word, place) => isWord(tokens[at + place], word))
}
