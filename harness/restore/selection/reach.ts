import { keyOf, type Described } from './describe-entry.ts'

/** Everything that a choice of tables and schemas brings with it. Keys as {@link keyOf} makes them. */
export interface Reach {
  /** Tables, views and sequences that were asked for, with their partitions and the sequences they own. */
  readonly relations: ReadonlySet<string>
  readonly schemas: ReadonlySet<string>
  /** Types, functions, sequences, parents that what was asked for can't be made without: defined, not filled. */
  readonly needed: ReadonlySet<string>
  readonly neededSchemas: ReadonlySet<string>
  readonly extensions: ReadonlySet<string>
  /** Identifiers in all that is restored: a role that is not among them is not needed. */
  readonly words: ReadonlySet<string>
  /** Whose index, statistics object or sequence it is. */
  readonly ownerOf: ReadonlyMap<string, string>
}

export interface Asked {
  /** Keys. */
  readonly tables: ReadonlySet<string>
  readonly schemas: ReadonlySet<string>
}

/** Follows what was asked for through the definitions, as far as they lead. */
export function reachOf(entries: readonly Described[], asked: Asked): Reach {
  const ties = entries.flatMap((entry) => entry.ties)
  const ownerOf = new Map(ties.filter(({ by }) => by === 'owns').map(({ part, whole }) => [part, whole]))
  const relations = new Set(asked.tables)
  const isAsked = (key: string): boolean => relations.has(key) || asked.schemas.has(key.slice(0, key.indexOf('\0')))
  grow(() => {
    const before = relations.size
    for (const { by, part, whole } of ties)
      if ((by === 'owns' || by === 'partition') && isAsked(whole)) relations.add(part)
    return relations.size > before
  })
  const byKey = Map.groupBy(
    entries.filter(({ section, subject }) => section === 'definition' && 'schema' in subject),
    ({ subject }) => ('schema' in subject ? keyOf(subject) : ''),
  )
  const needed = new Set<string>()
  const open = [...byKey.keys()].filter((key) => isAsked(key))
  const restored: Described[] = []
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const definitions = byKey.get(key) ?? []
    restored.push(...definitions)
    const parents = definitions.flatMap((entry) => entry.ties.filter(({ by }) => by === 'parent'))
    const names = definitions.flatMap((entry) => [...entry.names])
    for (const name of [
      ...names.filter((name) => isPrerequisite(byKey.get(name))),
      ...parents.map((tie) => tie.whole),
    ]) {
      if (isAsked(name) || needed.has(name)) continue
      needed.add(name)
      open.push(name)
    }
  }
  const words = new Set(restored.flatMap((entry) => [...entry.words]))
  const extensions = extensionsFor(entries, restored, byKey, words)
  const schemaOf = (key: string): string => key.slice(0, key.indexOf('\0'))
  return {
    relations,
    schemas: asked.schemas,
    needed,
    neededSchemas: new Set([...asked.schemas, ...[...relations, ...needed].map(schemaOf), ...extensions.schemas]),
    extensions: extensions.names,
    words,
    ownerOf,
  }
}

function grow(step: () => boolean): void {
  while (step()) continue
}

/** A table or view that another names is not made for its sake: it would be an empty one. */
function isPrerequisite(definitions: readonly Described[] | undefined): boolean {
  return definitions?.some(({ verb, subject }) => subject.kind === 'member' || verb === 'CREATE SEQUENCE') ?? false
}

/** Extensions are named (a language), or bring what lies in their schema and nothing in the dump defines. */
function extensionsFor(
  entries: readonly Described[],
  restored: readonly Described[],
  defined: ReadonlyMap<string, unknown>,
  words: ReadonlySet<string>,
): { readonly names: ReadonlySet<string>; readonly schemas: readonly string[] } {
  const foreign = new Set(
    restored.flatMap(({ names }) => [...names].filter((name) => !defined.has(name)).map((name) => name.split('\0')[0])),
  )
  const found = entries.flatMap((entry) => {
    const { subject, verb } = entry
    if (verb !== 'CREATE EXTENSION' || subject.kind !== 'extension') return []
    const schema = entry.ties.find(({ by }) => by === 'in schema')?.whole ?? null
    const isNeeded = words.has(subject.name) || (schema !== null && foreign.has(schema))
    return isNeeded ? [{ name: subject.name, schema }] : []
  })
  return {
    names: new Set(found.map(({ name }) => name)),
    schemas: found.flatMap(({ schema }) => schema ?? []),
  }
}
