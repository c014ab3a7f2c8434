/** A piece of a statement: `word` an unquoted identifier or keyword, `name` a quoted identifier, `text` a string's content. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol'
  /** Names and strings unquoted; words as written. */
  readonly text: string
}

/** A token, and where it stands in its statement, quotes included. */
export interface PlacedToken extends Token {
  readonly from: number
  readonly to: number
}

type Shape = readonly [kind: Token['kind'] | 'nothing', pattern: RegExp]

const nothing: Shape = ['nothing', /\s+|--[^\n\r]*/y]
const plainText: Shape = ['text', /[uU]&'(?:[^']|'')*'|[bBxXnN]?'(?:[^']|'')*'/y]
const escapedText: Shape = ['text', /[eE]'(?:[^'\\]|''|\\[^])*'/y]
const dollarText: Shape = ['text', /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[^]*?\$\1\$/y]
const quotedName: Shape = ['name', /(?:[uU]&)?"(?:[^"]|"")*"/y]
const word: Shape = ['word', /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y]
const number: Shape = ['number', /\d[\w.]*/y]

/** What may begin with a character: nearly always one shape, where trying all would be most of the time of reading. */
const shapesOf: Readonly<Record<string, readonly Shape[]>> = {
  '-': [nothing],
  "'": [plainText],
  $: [dollarText],
  '"': [quotedName],
  ...Object.fromEntries(Array.from('0123456789').map((digit) => [digit, [number]])),
  ...Object.fromEntries(Array.from('bBxXnN').map((letter) => [letter, [plainText, word]])),
  ...Object.fromEntries(Array.from('eE').map((letter) => [letter, [escapedText, word]])),
  ...Object.fromEntries(Array.from('uU').map((letter) => [letter, [plainText, quotedName, word]])),
}
const otherwise: readonly Shape[] = [nothing, word]

/** The tokens of a statement, for reading what it is about; never for finding its end. */
export function* tokensOf(sql: string): Generator<Token> {
  for (const { kind, text } of placedTokensOf(sql)) yield { kind, text }
}

/** The same, for putting another name in the place of one. */
export function* placedTokensOf(sql: string): Generator<PlacedToken> {
  let at = 0
  while (at < sql.length) {
    if (sql.startsWith('/*', at)) {
      at = endOfBlockComment(sql, at)
      continue
    }
    const token = tokenAt(sql, at)
    const from = at
    at += token.length
    if (token.kind !== 'nothing') yield { kind: token.kind, text: token.text, from, to: at }
  }
}

function tokenAt(
  sql: string,
  at: number,
): { readonly kind: Token['kind'] | 'nothing'; readonly text: string; readonly length: number } {
  const character = sql.charAt(at)
  for (const [kind, pattern] of shapesOf[character] ?? otherwise) {
    pattern.lastIndex = at
    const found = pattern.exec(sql)?.[0]
    if (found !== undefined) return { kind, text: unquoted(kind, found), length: found.length }
  }
  return { kind: 'symbol', text: character, length: 1 }
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
