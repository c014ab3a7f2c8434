import { Fault } from '../../core/index.ts'
import { nameAt, tokensOf } from '../../dump/index.ts'
import { keyOf, type Described } from './describe-entry.ts'
import type { Asked } from './reach.ts'

/** The tables and schemas that were typed, as the dumps have them. Throws `E_SELECTION_EMPTY` for one that nothing has. */
export function findAsked(
  entries: readonly Described[],
  typed: { readonly tables: readonly string[]; readonly schemas: readonly string[] },
): Asked {
  const tables = new Set<string>()
  const schemas = new Set<string>()
  for (const { subject } of entries) {
    if (subject.kind === 'relation') tables.add(keyOf(subject))
    if (subject.kind === 'schema') schemas.add(subject.name)
    if ('schema' in subject) schemas.add(subject.schema)
  }
  return {
    tables: new Set(typed.tables.map((name) => find('table', name, tables, tableSpellings(name)))),
    schemas: new Set(typed.schemas.map((name) => find('schema', name, schemas, schemaSpellings(name)))),
  }
}

function find(what: string, typed: string, known: ReadonlySet<string>, spellings: readonly string[]): string {
  const found = spellings.find((spelling) => known.has(spelling))
  if (found !== undefined) return found
  const near = nearest(spellings[0] ?? typed, [...known]).map((key) => key.replace('\0', '.'))
  throw new Fault('E_SELECTION_EMPTY', `the dump has no ${what} ${typed}`, {
    hint: near.length > 0 ? `did you mean ${near.join(', ')}?` : '`rehearse inspect` lists what it holds',
  })
}

/** As written, then as the server would read it; in `public` where no schema is named. */
function tableSpellings(typed: string): readonly string[] {
  const dot = typed.indexOf('.')
  const asWritten =
    dot < 0 ? { schema: 'public', name: typed } : { schema: typed.slice(0, dot), name: typed.slice(dot + 1) }
  const parts = nameAt([...tokensOf(typed)], 0)?.parts ?? []
  const [first = '', second] = parts
  const read = second === undefined ? { schema: 'public', name: first } : { schema: first, name: second }
  return [keyOf(asWritten), keyOf(read)]
}

function schemaSpellings(typed: string): readonly string[] {
  return [typed, nameAt([...tokensOf(typed)], 0)?.parts[0] ?? typed]
}

const suggestions = 3

/** Names that share most pairs of letters with what was typed, the likest first. */
function nearest(typed: string, known: readonly string[]): readonly string[] {
  const wanted = pairsOf(typed)
  return known
    .map((name) => ({ name, likeness: likeness(wanted, pairsOf(name)) }))
    .filter((one) => one.likeness >= leastLikeness)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, suggestions)
    .map(({ name }) => name)
}

/** Of 1. Below it, names look like other words. */
const leastLikeness = 0.5

function pairsOf(name: string): ReadonlySet<string> {
  const lower = name.toLowerCase()
  return new Set(Array.from(lower, (_, at) => lower.slice(at, at + 2)))
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return (2 * [...a].filter((pair) => b.has(pair)).length) / Math.max(1, a.size + b.size)
}
