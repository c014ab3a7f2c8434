import { identifierOf, isSymbol, isWord, nameAt, type Token } from './tokens.ts'

/** Words after which a dotted name begins with a schema, never with a table or its alias. */
const beforeRelation = new Set([
  'FROM',
  'JOIN',
  'REFERENCES',
  'INTO',
  'UPDATE',
  'TABLE',
  'ONLY',
  'USING',
  'FUNCTION',
  'PROCEDURE',
  'OF',
])

/** Schemas that the qualified names of a statement refer to. */
export function schemasMentionedIn(tokens: readonly Token[]): ReadonlySet<string> {
  const certain = new Set<string>()
  const likely = new Set<string>()
  /** Names that stand for a relation within the statement (`users.id`, `u.id`) are bare somewhere, or a name's second part. */
  const local = new Set<string>(['new', 'old', 'excluded'])
  for (let at = 0; at < tokens.length;) {
    const name = nameAt(tokens, at)
    if (name === null) {
      at += 1
      continue
    }
    const [head = '', ...rest] = name.parts
    if (rest.length === 0) local.add(head)
    else {
      const before = tokens[at - 1]
      const isCall = isSymbol(tokens[name.end], '(')
      const isRelation = before?.kind === 'word' && beforeRelation.has(before.text.toUpperCase())
      const isCast = isSymbol(before, ':') && isSymbol(tokens[at - 2], ':')
      if (isCall || isRelation || isCast) certain.add(head)
      else likely.add(head)
      local.add(rest[0] ?? '')
    }
    at = name.end
  }
  for (const head of likely) if (!local.has(head)) certain.add(head)
  return certain
}

const name = String.raw`"?([a-z_][\w$]*)"?`
const call = new RegExp(String.raw`(?<![\w$."])${name}\s*\.\s*"?[a-z_][\w$]*"?\s*\(`, 'gi')
const relation = new RegExp(String.raw`\b(?:from|join|into|update)\s+(?:only\s+)?${name}\s*\.\s*"?[a-z_]`, 'gi')

/** Schemas of what a function's body calls and reads, by its words: the server asks for them when it runs. */
export function schemasCalledIn(verb: string, tokens: readonly Token[]): readonly string[] {
  if (!/^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)$/.test(verb)) return []
  const bodies = tokens.filter(({ kind }) => kind === 'text').map(({ text }) => text.replaceAll(/--.*$/gm, ''))
  return bodies.flatMap((body) =>
    [call, relation].flatMap((pattern) => [...body.matchAll(pattern)].map(([, schema = '']) => schema.toLowerCase())),
  )
}

/** Roles that a statement's owner, grant, policy or session clauses refer to. */
export function rolesMentionedIn(verb: string, tokens: readonly Token[]): readonly string[] {
  if (verb.endsWith('OWNER TO')) return roleAt(tokens, tokens.findLastIndex((token) => isWord(token, 'TO')) + 1)
  if (/^(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES)$/.test(verb)) return rolesOfGrant(tokens)
  if (verb === 'CREATE POLICY') return rolesOfPolicy(tokens)
  if (verb === 'SET SESSION AUTHORIZATION' || verb === 'SET ROLE' || verb.startsWith('ALTER ROLE'))
    return roleAt(tokens, lastHeadWord(tokens))
  if (verb === 'CREATE SCHEMA') {
    const at = tokens.findIndex((token) => isWord(token, 'AUTHORIZATION'))
    return at < 0 ? [] : roleAt(tokens, at + 1)
  }
  return []
}

function rolesOfGrant(tokens: readonly Token[]): readonly string[] {
  const isMembership = !tokens.some((token) => isWord(token, 'ON'))
  const found: string[] = []
  if (isMembership) found.push(...listAt(tokens, 1))
  tokens.forEach((token, at) => {
    const isAfterPrivileges = isWord(token, 'TO') || (isWord(token, 'FROM') && at > 1) || isWord(token, 'BY')
    if (isAfterPrivileges) found.push(...listAt(tokens, at + 1))
    if (isWord(token, 'FOR') && (isWord(tokens[at + 1], 'ROLE') || isWord(tokens[at + 1], 'USER'))) {
      found.push(...listAt(tokens, at + 2))
    }
  })
  return found
}

function rolesOfPolicy(tokens: readonly Token[]): readonly string[] {
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    if (isSymbol(token, '(')) depth += 1
    else if (isSymbol(token, ')')) depth -= 1
    else if (depth === 0 && isWord(token, 'TO')) return listAt(tokens, at + 1)
  }
  return []
}

function lastHeadWord(tokens: readonly Token[]): number {
  const at = tokens.findIndex(
    (token) => isWord(token, 'ROLE') || isWord(token, 'USER') || isWord(token, 'AUTHORIZATION'),
  )
  return at + 1
}

function listAt(tokens: readonly Token[], from: number): readonly string[] {
  const found: string[] = []
  let at = from
  for (;;) {
    found.push(...roleAt(tokens, at))
    if (!isSymbol(tokens[at + 1], ',')) return found
    at += 2
  }
}

/** PUBLIC and the session's own names are no roles. */
const noRoles = new Set(['PUBLIC', 'CURRENT_USER', 'CURRENT_ROLE', 'SESSION_USER', 'DEFAULT', 'NONE', 'ALL'])

function roleAt(tokens: readonly Token[], at: number): readonly string[] {
  const token = tokens[at]
  if (token?.kind === 'word' && noRoles.has(token.text.toUpperCase())) return []
  const name = identifierOf(token)
  return name === null ? [] : [name]
}
