import type { Facts, ObjectFact } from '../../facts/index.ts'
import { compareFacts } from '../index.ts'

/** What a comparison says, spelled as the changes of a mutant are; a finding that fits no object is there as it stands. */
export function changesFound(baseline: Facts, restored: Facts): readonly string[] {
  const findings = compareFacts({
    baseline,
    restored,
    baselineKind: 'dump-snapshot',
    carries: { roles: true, database: true },
  }).filter(({ status }) => status !== 'same')
  const before = byName(baseline)
  const after = byName(restored)
  const changes = new Map<string, Set<string>>()
  const others: string[] = []
  for (const { check, object, message } of findings) {
    if (check !== 'schema') {
      if (check === 'sequences' || check === 'row content') others.push(`${check} ${object}`)
      continue
    }
    const name = [...before.keys(), ...after.keys()].find((known) => isAbout(message, known))
    if (name === undefined) {
      others.push(message)
      continue
    }
    const found = changes.get(name) ?? new Set()
    changes.set(name, found)
    for (const word of differences(before.get(name), after.get(name), message)) found.add(word)
  }
  return [...[...changes].map(([name, words]) => `${name}: ${[...words].sort().join(', ')}`), ...others].sort()
}

function byName({ objects }: Facts): ReadonlyMap<string, ObjectFact> {
  return new Map(objects.map((object) => [`${object.kind} ${object.identity}`, object]))
}

function isAbout(message: string, name: string): boolean {
  const shown = name === 'database database' ? 'the database' : name
  return [': ', ' is missing', ' was not there'].some((next) => message.startsWith(`${shown}${next}`))
}

/** Properties that are not the same, as far as the message names them. */
function differences(was: ObjectFact | undefined, is: ObjectFact | undefined, message: string): readonly string[] {
  if (!was || !is) return [was ? 'missing' : 'extra']
  return Object.keys({ ...was.properties, ...is.properties }).filter(
    (name) => (was.properties[name] ?? null) !== (is.properties[name] ?? null) && message.includes(name),
  )
}
