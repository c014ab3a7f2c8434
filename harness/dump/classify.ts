import { statementShapes } from './statement-shapes.ts'
import { identifierOf, isSymbol, nameAt, tokensOf, type Token } from './tokens.ts'

/** What a statement is about, from its words. */
export interface Classified {
  readonly verb: string
  /** The object as parts, unquoted: `['public', 'users', 'users_pkey']`. */
  readonly parts: readonly string[] | null
}

type Step =
  | { readonly kind: 'word'; readonly words: ReadonlySet<string> }
  | { readonly kind: 'maybe'; readonly steps: readonly Step[] }
  | { readonly kind: 'skip' }
  | { readonly kind: 'capture'; readonly as: 'name' | 'child' | 'sibling' | 'text' }

type Captures = {
  name?: readonly string[]
  child?: readonly string[]
  sibling?: readonly string[]
  text?: readonly string[]
}

/** Verb and object of a statement, of which the first tokens are enough. */
export function classify(tokens: readonly Token[]): Classified {
  const first = identifierOf(tokens[0])?.toUpperCase() ?? ''
  const shapes = shapesOf(first)
  const second = tokens[1]
  const likely = second?.kind === 'word' ? (shapes.bySecond.get(second.text.toUpperCase()) ?? shapes.other) : shapes.all
  for (const { verb, steps } of likely) {
    const captures: Captures = {}
    if (match(steps, 0, tokens, 0, captures) >= 0) return { verb, parts: objectOf(captures) }
  }
  const isTwoWords =
    /^(?:CREATE|ALTER|DROP|COMMENT|SELECT)$/.test(first) && second?.kind === 'word' && first !== 'SELECT'
  return { verb: isTwoWords ? `${first} ${second.text.toUpperCase()}` : first, parts: null }
}

/** As far into a statement as its verb and object may reach. */
const tokensNeeded = 400

export function classifyText(sql: string): Classified {
  return classify(tokensOf(sql).take(tokensNeeded).toArray())
}

function objectOf({ name, child, sibling, text }: Captures): readonly string[] | null {
  if (text !== undefined) return text
  if (sibling !== undefined) return name !== undefined && name.length > 1 ? [...name.slice(0, -1), ...sibling] : sibling
  if (name === undefined) return child ?? null
  return child === undefined ? name : [...name, ...child]
}

/** Where the match ends, -1 if there is none. */
function match(steps: readonly Step[], step: number, tokens: readonly Token[], at: number, captures: Captures): number {
  const current = steps[step]
  if (current === undefined) return at
  const next = (from: number) => match(steps, step + 1, tokens, from, captures)
  switch (current.kind) {
    case 'word':
      return isOneOf(tokens[at], current.words) ? next(at + 1) : -1
    case 'maybe': {
      const before = { ...captures }
      const end = match(current.steps, 0, tokens, at, captures)
      const whole = end < 0 ? -1 : next(end)
      if (whole >= 0) return whole
      for (const key of ['name', 'child', 'sibling', 'text'] as const) {
        const value = before[key]
        if (value === undefined) delete captures[key]
        else captures[key] = value
      }
      return next(at)
    }
    case 'skip':
      for (let from = at; from < tokens.length; from += 1) {
        const end = next(from)
        if (end >= 0) return end
      }
      return -1
    case 'capture': {
      const found = current.as === 'text' ? nameInText(tokens[at]) : nameAt(tokens, at)
      if (found === null) return numbered(current.as, tokens[at], captures) ? next(at + 1) : -1
      captures[current.as] = found.parts
      return next(current.as === 'text' ? at + 1 : found.end)
    }
    default:
      throw new TypeError(`unhandled ${JSON.stringify(current satisfies never)}`)
  }
}

/** A large object's name is its number. */
function numbered(as: keyof Captures, token: Token | undefined, captures: Captures): boolean {
  if (as !== 'name' || token?.kind !== 'number') return false
  captures.name = [token.text]
  return true
}

function nameInText(token: Token | undefined): { readonly parts: readonly string[]; readonly end: number } | null {
  return token?.kind === 'text' ? nameAt(tokensOf(token.text).toArray(), 0) : null
}

function isOneOf(token: Token | undefined, words: ReadonlySet<string>): boolean {
  if (token?.kind === 'word') return words.has(token.text.toUpperCase())
  // pg_dump quotes the schema of its own function calls under --quote-all-identifiers.
  if (token?.kind === 'name') return words.has('PG_CATALOG') && token.text === 'pg_catalog'
  return token?.kind === 'symbol' && [...words].some((word) => isSymbol(token, word))
}

interface Shape {
  readonly verb: string
  readonly steps: readonly Step[]
}

/** The shapes that begin with one word. */
interface Shapes {
  readonly all: readonly Shape[]
  /** Those that a second word leaves, in order: of `ALTER` alone there are more than a hundred. */
  readonly bySecond: ReadonlyMap<string, readonly Shape[]>
  /** Those that ask for no certain second word. */
  readonly other: readonly Shape[]
}

const noShapes: Shapes = { all: [], bySecond: new Map(), other: [] }
const compiled = new Map<string, Shapes>()

/** The shapes for a first word, parsed when first asked for. */
function shapesOf(firstWord: string): Shapes {
  const known = compiled.get(firstWord)
  if (known) return known
  const all = statementShapes
    .filter(([, shape]) => shape.split(' ', 1)[0] === firstWord)
    .map(([verb, shape]) => ({ verb, steps: parseSteps(shape) }))
  // Only words of the table are kept: a dump of many unknown first words must not fill the map.
  if (all.length === 0) return noShapes
  const secondOf = ({ steps }: Shape): ReadonlySet<string> | null => (steps[1]?.kind === 'word' ? steps[1].words : null)
  const seconds = new Set(all.flatMap((shape) => [...(secondOf(shape) ?? [])]))
  const leaves = (word: string) => all.filter((shape) => secondOf(shape)?.has(word) ?? true)
  const shapes: Shapes = {
    all,
    bySecond: new Map([...seconds].map((word) => [word, leaves(word)])),
    other: all.filter((shape) => secondOf(shape) === null),
  }
  compiled.set(firstWord, shapes)
  return shapes
}

function parseSteps(shape: string): readonly Step[] {
  const parts = shape.match(/\[[^\]]*\]|\S+/g) ?? []
  return parts.map((part): Step => {
    if (part === '...') return { kind: 'skip' }
    if (part.startsWith('[')) return { kind: 'maybe', steps: parseSteps(part.slice(1, -1)) }
    const capture = /^\{(name|child|sibling|text)\}$/.exec(part)?.[1]
    if (capture !== undefined) return { kind: 'capture', as: capture as 'name' | 'child' | 'sibling' | 'text' }
    return { kind: 'word', words: new Set(part.split('|')) }
  })
}
