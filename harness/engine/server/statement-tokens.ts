/** A piece of SQL: a word, a quoted name, a string, or anything else. `value`: as the server reads it. */
export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'other'
  readonly value: string
  readonly start: number
  readonly end: number
}

const piece =
  /\s+|--[^\n]*|"(?:[^"]|"")*"|[eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\d[\w.]*|[^]/y

/**
 * Cuts SQL into statements, and these into tokens: as far as is needed to see which role or database a statement is
 * about. https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
export function cutStatements(text: string): readonly (readonly Token[])[] {
  const statements: Token[][] = []
  let tokens: Token[] = []
  const lexer = new RegExp(piece)
  let at = 0
  while (at < text.length) {
    if (text.startsWith('/*', at)) {
      at = endOfComment(text, at)
      continue
    }
    lexer.lastIndex = at
    const [raw = '', tag] = lexer.exec(text) ?? []
    if (raw === '') break
    const start = at
    at += raw.length
    if (/^(?:\s|--)/.test(raw)) continue
    if (raw.length > 1 && raw.startsWith('$')) {
      const close = text.indexOf(`$${tag ?? ''}$`, at)
      at = close < 0 ? text.length : close + raw.length
      tokens.push({ kind: 'string', value: '', start, end: at })
    } else if (raw === ';') {
      statements.push(tokens)
      tokens = []
    } else tokens.push({ ...read(raw), start, end: at })
  }
  return [...statements, tokens].filter(({ length }) => length > 0)
}

function read(raw: string): Pick<Token, 'kind' | 'value'> {
  if (raw.startsWith('"')) return { kind: 'name', value: raw.slice(1, -1).replaceAll('""', '"') }
  if (/^[eE]?'/.test(raw)) return { kind: 'string', value: raw.replace(/^[eE]?'|'$/g, '').replaceAll("''", "'") }
  // Words are folded as the server folds them: ASCII letters alone.
  if (/^[A-Za-z_\u0080-\uffff]/.test(raw))
    return { kind: 'word', value: raw.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) }
  return { kind: 'other', value: raw }
}

/** Comments nest. */
function endOfComment(text: string, from: number): number {
  let depth = 0
  let at = from
  do {
    const two = text.slice(at, at + 2)
    if (two === '/*') depth += 1
    if (two === '*/') depth -= 1
    at += two === '/*' || two === '*/' ? 2 : 1
  } while (depth > 0 && at < text.length)
  return at
}
