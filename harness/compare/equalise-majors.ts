import type { Facts, ObjectFact } from '../facts/index.ts'

/** Postgres 17 gave every owner the privilege MAINTAIN. https://www.postgresql.org/docs/17/ddl-priv.html */
const majorWithMaintain = 17

/** Postgres 18 made NOT NULL a constraint with a name. https://www.postgresql.org/docs/18/release-18.html */
const majorWithNotNullNames = 18

/** Both databases' facts, without what only the newer of two majors can say. */
export function equaliseMajors(baseline: Facts, restored: Facts): readonly [Facts, Facts] {
  let facts: readonly [Facts, Facts] = [baseline, restored]
  const isKnownToOne = (since: number): boolean => baseline.server.major >= since !== restored.server.major >= since
  if (isKnownToOne(majorWithMaintain)) facts = [withoutMaintain(facts[0]), withoutMaintain(facts[1])]
  if (isKnownToOne(majorWithNotNullNames)) facts = [withoutNotNullNames(facts[0]), withoutNotNullNames(facts[1])]
  return facts
}

/** Whether a column may be null is a property of the column, too. */
function withoutNotNullNames(facts: Facts): Facts {
  const isKept = ({ kind, properties }: ObjectFact): boolean =>
    kind !== 'constraint' || properties['type'] !== 'not null'
  return { ...facts, objects: facts.objects.filter(isKept) }
}

function withoutMaintain(facts: Facts): Facts {
  return { ...facts, objects: facts.objects.map(withoutMaintainOn) }
}

function withoutMaintainOn(object: ObjectFact): ObjectFact {
  const { privileges } = object.properties
  if (!privileges?.includes('MAINTAIN')) return object
  const lines = privileges
    .split('\n')
    .map((line) => line.replace(/(?:, MAINTAIN\*?|\bMAINTAIN\*?, )/, ''))
    .filter((line) => !/: MAINTAIN\*?(?: \(by .*\))?$/.test(line))
  return { ...object, properties: { ...object.properties, privileges: lines.join('\n') || '(none)' } }
}
