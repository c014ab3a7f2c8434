import { partsOfIdentity, type Facts, type ObjectFact, type ObjectKind } from '../../facts/index.ts'

/** Few, and what they are needed for does not always name them. */
const always: ReadonlySet<ObjectKind> = new Set(['role', 'schema', 'extension'])
/** Parts of a relation: they come with it. */
const parts: ReadonlySet<ObjectKind> = new Set(['column', 'constraint', 'trigger', 'rule', 'policy'])
/** What of an object speaks of others that it can't be made without. */
const speaking = ['type', 'definition', 'arguments', 'returns', 'base type', 'attributes', 'subtype', 'collation']

/**
 * The objects that texts speak of by name, and those that these need in their turn. Rather too many than too few: of
 * several with one name, in whatever schema and of whatever kind, all are taken.
 */
export function mentionedObjects({ objects }: Facts, texts: Iterable<string>): ObjectFact[] {
  const wholes = objects.filter(({ kind }) => !parts.has(kind) && !always.has(kind))
  const byName = Map.groupBy(wholes, ({ identity }) => partsOfIdentity(identity).at(-1) ?? '')
  const byRelation = Map.groupBy(
    objects.filter(({ kind }) => parts.has(kind)),
    ({ identity }) => relationOf(identity),
  )
  const taken = new Set(objects.filter(({ kind }) => always.has(kind)))
  const seen = new Set<string>()
  const waiting = [...texts]
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
    for (const word of wordsOf(text)) {
      if (seen.has(word)) continue
      seen.add(word)
      for (const whole of byName.get(word) ?? []) {
        taken.add(whole)
        waiting.push(...textsOf(whole))
        for (const part of byRelation.get(relationOf(whole.identity)) ?? []) {
          taken.add(part)
          if (part.kind === 'column') waiting.push(...textsOf(part))
        }
      }
    }
  }
  return objects.filter((object) => taken.has(object))
}

function relationOf(identity: string): string {
  return partsOfIdentity(identity).slice(0, 2).join('\u0000')
}

function textsOf({ properties }: ObjectFact): string[] {
  return speaking.flatMap((name) => properties[name] ?? [])
}

function* wordsOf(text: string): Generator<string> {
  for (const [word, quoted] of text.matchAll(/"((?:[^"]|"")*)"|[\p{L}_][\p{L}\p{N}_$]*/gu)) {
    yield quoted === undefined ? word : quoted.replaceAll('""', '"')
  }
}
