import { Fault } from '../core/index.ts'
import { identityOf, objectKinds, partsOfIdentity, type Facts, type ObjectFact } from '../facts/index.ts'
import { ownerOf, schemaOf } from './object-index.ts'

/** Properties that can be left out by name, of every object. */
const ignorableProperties = ['comment', 'owner', 'privileges'] as const

/** What a comparison is asked to leave out: a kind of object, `rows`, `access`, or one of a few properties; by name where asked. */
export interface IgnoreRule {
  /** As it was typed. */
  readonly text: string
  readonly what: string
  readonly matches: (identity: string) => boolean
}

/** Reads `kind` or `kind:pattern`; `*` in a pattern stands for anything. Throws `E_USAGE`. */
export function parseIgnoreRule(text: string): IgnoreRule {
  const [, what = '', pattern = '*'] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? []
  const known: readonly string[] = [...objectKinds, 'rows', 'access', ...ignorableProperties]
  if (!known.includes(what)) {
    throw new Fault('E_USAGE', `"${what}" is nothing that can be ignored`, { hint: `one of: ${known.join(', ')}` })
  }
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`))
    .join('.*')
  const expression = new RegExp(`^${source}$`, 's')
  return { text, what, matches: (identity) => expression.test(identity) }
}

/**
 * Facts without what is ignored. What belongs to an ignored relation goes with it, and what lies in an ignored schema.
 * Returns which rules left something out.
 */
export function withoutIgnored(
  facts: Facts,
  rules: readonly IgnoreRule[],
): { readonly facts: Facts; readonly used: ReadonlySet<IgnoreRule> } {
  const used = new Set<IgnoreRule>()
  if (rules.length === 0) return { facts, used }
  const asks = (what: string, identity: string): boolean => {
    const asking = rules.filter((rule) => rule.what === what && rule.matches(identity))
    for (const rule of asking) used.add(rule)
    return asking.length > 0
  }
  const relations = new Map(
    facts.objects
      .filter(({ kind }) => wholes.has(kind))
      .map(({ kind, identity }) => [partsOfIdentity(identity).join('\u0000'), { kind, identity }]),
  )
  const isIgnored = (object: ObjectFact): boolean => {
    if (asks(object.kind, object.identity)) return true
    const schema = schemaOf(object)
    if (schema !== null && object.kind !== 'schema' && asks('schema', identityOf([schema]))) return true
    const whole = relations.get(ownerOf(object) ?? '')
    return whole !== undefined && asks(whole.kind, whole.identity)
  }
  const ignored = new Set(facts.objects.filter(isIgnored).map(({ kind, identity }) => `${kind} ${identity}`))
  const isWholeIgnored = (identity: string): boolean =>
    ['table', 'view', 'materialized view', 'sequence'].some((kind) => ignored.has(`${kind} ${identity}`))
  const isRowsIgnored = ({ schema, name }: { readonly schema: string; readonly name: string }): boolean => {
    const identity = identityOf([schema, name])
    return asks('rows', identity) || isWholeIgnored(identity)
  }
  const isSeen = ({ relation }: { readonly relation: string }): boolean =>
    !isWholeIgnored(relation) && !asks('rows', relation) && !asks('access', relation)
  const viewers = facts.access?.viewers.map((viewer) => ({ ...viewer, sights: viewer.sights.filter(isSeen) }))
  return {
    facts: {
      ...facts,
      ...(viewers && { access: { viewers } }),
      objects: facts.objects
        .filter(({ kind, identity }) => !ignored.has(`${kind} ${identity}`))
        .map((object) => withoutProperties(object, asks)),
      tables: facts.tables.filter((table) => !isRowsIgnored(table)),
      sequences: facts.sequences.filter((sequence) => !isRowsIgnored(sequence)),
    },
    used,
  }
}

const wholes: ReadonlySet<ObjectFact['kind']> = new Set([
  'table',
  'foreign table',
  'view',
  'materialized view',
  'domain',
])

function withoutProperties(object: ObjectFact, asks: (what: string, identity: string) => boolean): ObjectFact {
  const gone = ignorableProperties.filter((name) => name in object.properties && asks(name, object.identity))
  if (gone.length === 0) return object
  const kept = Object.entries(object.properties).filter(([name]) => !gone.some((one) => one === name))
  return { ...object, properties: Object.fromEntries(kept) }
}
