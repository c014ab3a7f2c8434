import type { CatalogueQuery } from './queries/catalogue-query.ts'
import { catalogueQueries } from './queries/index.ts'
import type { ObjectKind } from './types.ts'

/** Every major that the queries are written for. */
export const knownMajors: readonly number[] = [13, 14, 15, 16, 17, 18]

/**
 * What is looked for today: properties by kind, sorted. Recorded with the facts, so that a document tells what it holds
 * none of from what it could not know. Of all majors together: a property that a server lacks is one that is not set.
 */
export function observedProperties(): Readonly<Record<string, readonly string[]>> {
  observed ??= readProperties()
  return observed
}

/** Read out of the queries once: that takes longer than to observe a small database. */
let observed: Readonly<Record<string, readonly string[]>> | null = null

function readProperties(): Readonly<Record<string, readonly string[]>> {
  const byKind = Map.groupBy(catalogueQueries, ({ kind }) => kind)
  return Object.fromEntries(
    [...byKind.keys()].sort().map((kind) => {
      const names = (byKind.get(kind) ?? []).flatMap(propertiesOf)
      return [kind, [...new Set(names)].sort()]
    }),
  )
}

/** Kinds that every document knows, those too that do not say what they know: where they hold none, there was none. */
export const kindsAlwaysObserved: ReadonlySet<ObjectKind> = new Set([
  'aggregate',
  'collation',
  'column',
  'constraint',
  'database',
  'default privileges',
  'domain',
  'enum',
  'event trigger',
  'extension',
  'foreign server',
  'foreign table',
  'function',
  'index',
  'materialized view',
  'policy',
  'publication',
  'role',
  'rule',
  'schema',
  'sequence',
  'statistics',
  'table',
  'trigger',
  'type',
  'view',
])

/** A string, a quoted name, a bracket, or a word of a query. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()[\]]|\w+/g

/** Names of the properties that a query emits, of any major: those of its outermost SELECT list. */
export function propertiesOf(query: CatalogueQuery): readonly string[] {
  const texts = knownMajors.map((major) => query.text({ major, schemas: 'NULL' }))
  return [...new Set(texts.flatMap(namesSelected))].filter((name) => name !== 'identity' && name !== 'signature').sort()
}

function namesSelected(text: string): readonly string[] {
  const names: string[] = []
  let depth = 0
  let isSelecting = false
  let before = ''
  for (const [word] of text.matchAll(token)) {
    if (/^[([]$/.test(word)) depth += 1
    else if (/^[)\]]$/.test(word)) depth -= 1
    else if (depth === 0 && word === 'SELECT') isSelecting = true
    else if (depth === 0 && word === 'FROM') return names
    else if (depth === 0 && isSelecting && before === 'AS') names.push(word.replaceAll('"', ''))
    before = word
  }
  return names
}
