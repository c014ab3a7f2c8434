import type { Facts, ObjectFact } from '../facts/index.ts'

/** Postgres 17 gave every owner the privilege MAINTAIN. https://www.postgresql.org/docs/17/ddl-priv.html */
const majorWithMaintain = 17

/** Both databases' facts, without what only the newer of two majors can say. */
export function equaliseMajors(baseline: Facts, restored: Facts): readonly [Facts, Facts] {
  const knows = (facts: Facts): boolean => facts.server.major >= majorWithMaintain
  if (knows(baseline) === knows(restored)) return [baseline, restored]
  return [withoutMaintain(baseline), withoutMaintain(restored)]
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
