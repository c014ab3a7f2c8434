import { identifierOf, isWord, nameAt, tokensOf, type QualifiedName, type Token } from '../../dump/index.ts'

/**
 * What a statement of a dump is about. `relation`: a table, view or sequence, or what hangs on one (a column, a trigger, a
 * policy). `member`: anything else that lives in a schema. `cluster`: what is of the server and not of the database.
 */
export type Subject =
  | { readonly kind: 'session' }
  | ({ readonly kind: 'relation' | 'index' | 'member' } & QualifiedName)
  | { readonly kind: 'schema' | 'extension' | 'role' | 'database'; readonly name: string }
  | { readonly kind: 'large object' | 'tablespace' | 'other' }

type Lives = Exclude<Subject['kind'], 'session'> | 'column' | 'on relation'

/** Words that name a kind of object, longer ones first, and where such an object lives. */
const objectTypes: readonly (readonly [words: readonly string[], lives: Lives])[] = (
  [
    ['TEXT SEARCH CONFIGURATION', 'member'],
    ['TEXT SEARCH DICTIONARY', 'member'],
    ['TEXT SEARCH PARSER', 'member'],
    ['TEXT SEARCH TEMPLATE', 'member'],
    ['FOREIGN DATA WRAPPER', 'other'],
    ['MATERIALIZED VIEW', 'relation'],
    ['FOREIGN TABLE', 'relation'],
    ['FOREIGN SERVER', 'other'],
    ['OPERATOR CLASS', 'member'],
    ['OPERATOR FAMILY', 'member'],
    ['EVENT TRIGGER', 'other'],
    ['ACCESS METHOD', 'other'],
    ['LARGE OBJECT', 'large object'],
    ['TABLE', 'relation'],
    ['VIEW', 'relation'],
    ['SEQUENCE', 'relation'],
    ['INDEX', 'index'],
    ['COLUMN', 'column'],
    ['TRIGGER', 'on relation'],
    ['POLICY', 'on relation'],
    ['RULE', 'on relation'],
    ['CONSTRAINT', 'on relation'],
    ['STATISTICS', 'member'],
    ['FUNCTION', 'member'],
    ['PROCEDURE', 'member'],
    ['ROUTINE', 'member'],
    ['AGGREGATE', 'member'],
    ['TYPE', 'member'],
    ['DOMAIN', 'member'],
    ['OPERATOR', 'member'],
    ['COLLATION', 'member'],
    ['CONVERSION', 'member'],
    ['SCHEMA', 'schema'],
    ['EXTENSION', 'extension'],
    ['ROLE', 'role'],
    ['USER', 'role'],
    ['GROUP', 'role'],
    ['DATABASE', 'database'],
    ['TABLESPACE', 'tablespace'],
  ] as const
).map(([words, lives]) => [words.split(' '), lives])

const modifiers = new Set(
  'OR REPLACE GLOBAL LOCAL UNLOGGED TEMP TEMPORARY UNIQUE RECURSIVE DEFAULT TRUSTED PROCEDURAL'.split(' '),
)
export const beforeName: ReadonlySet<string> = new Set(['IF', 'NOT', 'EXISTS', 'ONLY', 'CONCURRENTLY', 'AUTHORIZATION'])

const sessionVerbs = /^(?:SET\b|RESET\b|SELECT set_config$|BEGIN$|COMMIT$|START$|END$)/

/** Reads what a statement is about from its verb and its tokens. */
export function subjectOf(verb: string, tokens: readonly Token[]): Subject {
  if (sessionVerbs.test(verb)) return { kind: 'session' }
  if (verb.startsWith('SELECT lo')) return { kind: 'large object' }
  if (verb === 'SELECT setval') return textName(tokens) ?? other
  if (verb.startsWith('SELECT pg_restore_')) return statisticsOf(tokens) ?? other
  switch (tokens[0]?.text.toUpperCase() ?? '') {
    case 'CREATE':
      return objectAt(tokens, skip(tokens, 1, modifiers))
    case 'ALTER':
      return isWord(tokens[1], 'DEFAULT') ? defaultPrivileges(tokens) : objectAt(tokens, 1)
    case 'DROP':
      return objectAt(tokens, 1)
    case 'COMMENT':
    case 'SECURITY':
      return objectAt(tokens, after(tokens, 'ON'))
    case 'GRANT':
    case 'REVOKE':
      return grantedOn(tokens)
    case 'REFRESH':
      return relationAt(tokens, skip(tokens, 3, beforeName))
    case 'COPY':
    case 'TRUNCATE':
    case 'LOCK':
    case 'ANALYZE':
    case 'DELETE':
    case 'UPDATE':
    case 'INSERT':
      return relationAt(tokens, skip(tokens, 1, new Set(['TABLE', 'ONLY', 'FROM', 'INTO'])))
    default:
      return other
  }
}

const other: Subject = { kind: 'other' }

function objectAt(tokens: readonly Token[], at: number): Subject {
  const type = objectTypes.find(([words]) => words.every((word, index) => isWord(tokens[at + index], word)))
  if (!type) return other
  const [words, lives] = type
  const nameFrom = skip(tokens, at + words.length, beforeName)
  // CREATE CONSTRAINT TRIGGER; USER MAPPING FOR.
  if (words[0] === 'CONSTRAINT' && isWord(tokens[nameFrom], 'TRIGGER')) return hungOn(tokens, nameFrom)
  if (words[0] === 'USER' && isWord(tokens[nameFrom], 'MAPPING')) return other
  if (words[0] === 'STATISTICS' && isWord(tokens[0], 'CREATE')) return relationAt(tokens, after(tokens, 'FROM'))
  switch (lives) {
    case 'on relation':
      return hungOn(tokens, nameFrom)
    case 'index':
      // CREATE INDEX … ON its table; elsewhere the index itself is all that is named.
      return isWord(tokens[0], 'CREATE')
        ? relationAt(tokens, skip(tokens, after(tokens, 'ON', nameFrom), beforeName))
        : named('index', tokens, nameFrom)
    case 'column': {
      const parts = nameAt(tokens, nameFrom)?.parts ?? []
      return parts.length > 2 ? { kind: 'relation', schema: parts[0] ?? '', name: parts[1] ?? '' } : other
    }
    case 'relation':
    case 'member':
      return named(lives, tokens, nameFrom)
    case 'schema':
    case 'extension':
    case 'role':
    case 'database': {
      const name = identifierOf(tokens[nameFrom])
      return name === null ? other : { kind: lives, name }
    }
    case 'large object':
    case 'tablespace':
    case 'other':
      return { kind: lives }
    default:
      throw new TypeError(`unhandled ${JSON.stringify(lives satisfies never)}`)
  }
}

/** `… TRIGGER name … ON public.users`; a rule says TO where it is created; a domain's constraint is the domain's. */
function hungOn(tokens: readonly Token[], from: number): Subject {
  const on = tokens.findIndex((token, index) => index > from && isWord(token, 'ON'))
  // CREATE RULE x AS ON INSERT TO t
  const isRule = isWord(tokens[0], 'CREATE') && isWord(tokens[on - 1], 'AS')
  const at = isRule ? after(tokens, 'TO', on) : on + 1
  return isWord(tokens[at], 'DOMAIN')
    ? named('member', tokens, at + 1)
    : relationAt(tokens, skip(tokens, at, beforeName))
}

function grantedOn(tokens: readonly Token[]): Subject {
  const on = after(tokens, 'ON')
  if (on === 0) {
    const name = identifierOf(tokens[1])
    return name === null ? other : { kind: 'role', name }
  }
  const object = objectAt(tokens, on)
  return object.kind === 'other' && !isWord(tokens[on], 'FOREIGN') && !isWord(tokens[on], 'LANGUAGE')
    ? relationAt(tokens, on)
    : object
}

function defaultPrivileges(tokens: readonly Token[]): Subject {
  const at = tokens.findIndex((token, index) => isWord(token, 'IN') && isWord(tokens[index + 1], 'SCHEMA'))
  const name = at < 0 ? null : identifierOf(tokens[at + 2])
  return name === null ? other : { kind: 'schema', name }
}

function textName(tokens: readonly Token[]): Subject | null {
  const text = tokens.find(({ kind }) => kind === 'text')?.text
  return text === undefined ? null : relationAt([...tokensOf(text)], 0)
}

/** `'schemaname', 'public', 'relname', 'users'`, as PostgreSQL 18 writes them. */
function statisticsOf(tokens: readonly Token[]): Subject | null {
  const texts = tokens.filter(({ kind }) => kind === 'text').map(({ text }) => text)
  const [schema, name] = ['schemaname', 'relname'].map((key) => texts[texts.indexOf(key) + 1])
  return schema === undefined || name === undefined ? null : { kind: 'relation', schema, name }
}

export function relationAt(tokens: readonly Token[], at: number): Subject {
  return named('relation', tokens, at)
}

function named(kind: 'relation' | 'index' | 'member', tokens: readonly Token[], at: number): Subject {
  const parts = nameAt(tokens, at)?.parts ?? []
  const [schema, name] = parts
  return schema === undefined || name === undefined ? other : { kind, schema, name }
}

/** The place behind the first such word; 0 where there is none. */
export function after(tokens: readonly Token[], word: string, from = 0): number {
  return tokens.findIndex((token, index) => index >= from && isWord(token, word)) + 1
}

export function skip(tokens: readonly Token[], from: number, words: ReadonlySet<string>): number {
  let at = from
  for (let token = tokens[at]; token?.kind === 'word' && words.has(token.text.toUpperCase()); token = tokens[at])
    at += 1
  return at
}
