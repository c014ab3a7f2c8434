/** A piece of a statement: `word` an unquoted identifier or keyword, `name` a quoted identifier, `text` a string's content. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol'
  /** Names and strings unquoted; words as written. */
  readonly text: string
}

const shapes: readonly (readonly [Token['kind'] | 'nothing', RegExp])[] = [
  ['nothing', /\s+|--[^\n\r]*/y],
  ['text', /[uU]&'(?:[^']|'')*'|[bBxXnN]?'(?:[^']|'')*'/y],
  ['text', /[eE]'(?:[^'\\]|''|\\[^])*'/y],
  ['text', /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[^]*?\$\1\$/y],
  ['name', /(?:[uU]&)?"(?:[^"]|"")*"/y],
  ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ['number', /\d[\w.]*/y],
]

/** The tokens of a statement, for reading what it is about; never for finding its end. */
export function* tokensOf(sql: string): Generator<Token> {
  let at = 0
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      at = endOfBlockComment(sql, at)
      continue
    }
    const token = tokenAt(sql, at)
    at += token.length
    if (token.kind !== 'nothing') yield { kind: token.kind, text: token.text }
  }
}

function tokenAt(
  sql: string,
  at: number,
): { readonly kind: Token['kind'] | 'nothing'; readonly text: string; readonly length: number } {
  for (const [kind, shape] of shapes) {
    shape.lastIndex = at
    const found = shape.exec(sql)?.[0]
    if (found !== undefined) return { kind, text: unquoted(kind, found), length: found.length }
  }
  return { kind: 'symbol', text: sql.charAt(at), length: 1 }
}

function unquoted(kind: Token['kind'] | 'nothing', found: string): string {
  if (kind === 'name') return found.slice(found.indexOf('"') + 1, -1).replaceAll('""', '"')
  if (kind !== 'text') return found
  if (found.startsWith('$')) return found
  return found.slice(found.indexOf("'") + 1, -1).replaceAll("''", "'")
}

function endOfBlockComment(sql: string, from: number): number {
  const marks = /\/\*|\*\//g
  marks.lastIndex = from
  let depth = 0
  for (let mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return sql.length
}

/** A word as the server folds it; a quoted name as it is. Null for anything that is no identifier. */
export function identifierOf(token: Token | undefined): string | null {
  if (token?.kind === 'name') return token.text
  if (token?.kind === 'word') return token.text.toLowerCase()
  return null
}

/** Whether it is this keyword, given in upper case. A quoted name never is. */
export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word
}

/** Whether it is this character outside of names and strings. */
export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol
}

/** A dotted name that begins at `at`, and where it ends; null if there is none. */
export function nameAt(
  tokens: readonly Token[],
  at: number,
): { readonly parts: readonly string[]; readonly end: number } | null {
  const first = identifierOf(tokens[at])
  if (first === null) return null
  const parts = [first]
  let end = at + 1
  while (isSymbol(tokens[end], '.')) {
    const part = identifierOf(tokens[end + 1])
    if (part === null) {
      const operator = operatorAt(tokens, end + 1)
      return operator === '' ? { parts, end } : { parts: [...parts, operator], end: end + 1 + operator.length }
    }
    parts.push(part)
    end += 2
  }
  return { parts, end }
}

/** The symbols of an operator's name, each a token. */
function operatorAt(tokens: readonly Token[], at: number): string {
  let operator = ''
  for (const token of tokens.slice(at, at + 63)) {
    if (token.kind !== 'symbol' || !'~!@#^&|`?+-*/%<>='.includes(token.text)) break
    operator += token.text
  }
  return operator
}
