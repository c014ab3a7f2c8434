import type { Facts, ObjectFact, ObjectKind } from '../../facts/index.ts'

/** What two majors say differently of the same object. It applies where one side is older than `since`, and only there. */
export interface MajorRule {
  readonly since: number
  /** Both sides, in the words that both have. */
  equalise(older: Facts, newer: Facts): readonly [Facts, Facts]
}

/** Facts with the objects of one kind rewritten; null takes an object out. */
export function rewrite(
  facts: Facts,
  kind: ObjectKind | null,
  change: (object: ObjectFact) => ObjectFact | null,
): Facts {
  const objects = facts.objects.flatMap((object) =>
    kind === null || object.kind === kind ? (change(object) ?? []) : object,
  )
  return { ...facts, objects }
}

export function withProperties(object: ObjectFact, properties: Readonly<Record<string, string | null>>): ObjectFact {
  return { ...object, properties: { ...object.properties, ...properties } }
}
