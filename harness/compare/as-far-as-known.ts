import { kindsAlwaysObserved, type Facts, type ObjectFact } from '../facts/index.ts'
import { notChecked } from './findings.ts'
import type { CompareOptions } from './options.ts'
import type { Finding } from './types.ts'

/** Names in one message: enough to see what it is about. */
const mostNames = 12

interface Known {
  /** Both without what only one of them could know. */
  readonly facts: readonly [Facts, Facts]
  /** What each could not know, that the other does: `cast`, `index tablespace`. */
  readonly unknown: readonly [readonly string[], readonly string[]]
}

/** Properties by kind; `all` of a kind that was looked for, of which there was none. */
type Knowledge = ReadonlyMap<string, ReadonlySet<string> | 'all'>

/**
 * Facts that an older program recorded hold none of what is looked for since: that is no difference, and what it could
 * have known is one. Documents say which kinds and properties they were taken with; of one that doesn't, what it holds
 * tells, and the kinds that were always looked for.
 */
export function asFarAsKnown(a: Facts, b: Facts): Known {
  if (a.observed && b.observed && JSON.stringify(a.observed) === JSON.stringify(b.observed)) {
    return { facts: [a, b], unknown: [[], []] }
  }
  const [ofA, ofB] = [knowledgeOf(a), knowledgeOf(b)]
  const kinds = new Set<string>()
  const properties = new Map<string, Set<string>>()
  const unknown = [lacking(ofA, ofB, kinds, properties), lacking(ofB, ofA, kinds, properties)] as const
  const strip = (facts: Facts): Facts => ({ ...facts, objects: facts.objects.flatMap(known) })
  const known = (object: ObjectFact): ObjectFact[] => {
    if (kinds.has(object.kind)) return []
    const open = properties.get(object.kind)
    if (!open) return [object]
    const kept = Object.entries(object.properties).filter(([name]) => !open.has(name))
    return [{ ...object, properties: Object.fromEntries(kept) }]
  }
  return { facts: kinds.size + properties.size === 0 ? [a, b] : [strip(a), strip(b)], unknown }
}

function knowledgeOf({ observed, objects }: Facts): Knowledge {
  if (observed) return new Map(Object.entries(observed).map(([kind, names]) => [kind, new Set(names)]))
  const held = new Map<string, Set<string>>()
  for (const { kind, properties } of objects) {
    let names = held.get(kind)
    if (!names) held.set(kind, (names = new Set()))
    for (const name in properties) names.add(name)
  }
  const always = [...kindsAlwaysObserved].map((kind) => [kind, 'all'] as const)
  return new Map<string, ReadonlySet<string> | 'all'>([...always, ...held])
}

/** What `other` knows and `own` can't: named, and put to what is left out. */
function lacking(own: Knowledge, other: Knowledge, kinds: Set<string>, properties: Map<string, Set<string>>): string[] {
  return [...other].flatMap(([kind, names]) => {
    const mine = own.get(kind)
    if (mine === undefined && names !== 'all') {
      kinds.add(kind)
      return [kind]
    }
    if (mine === undefined || mine === 'all' || names === 'all') return []
    const open = [...names].filter((name) => !mine.has(name))
    if (open.length > 0) properties.set(kind, new Set([...(properties.get(kind) ?? []), ...open]))
    return open.map((name) => `${kind} ${name}`)
  })
}

/** Notices of the check `schema`: what is not compared, for one side was recorded before it was looked for. */
export function unknownNotices({ unknown }: Known, sides: CompareOptions['sides']): Finding[] {
  const [a, b] = sides ?? ['the baseline', 'the facts of the restored database']
  return [a, b].flatMap((side, index) => {
    const names = unknown[index] ?? []
    if (names.length === 0) return []
    const more = names.length - mostNames
    const list = `${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    return [
      notChecked('schema', {
        message: `${side} was recorded before this was looked for, so it is not compared: ${list}`,
        remedy: 'take a new backup, with facts recorded by this version',
        notice: true,
      }),
    ]
  })
}
