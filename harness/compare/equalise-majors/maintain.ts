import { rewrite, withProperties, type MajorRule } from './rule.ts'

/** Postgres 17 gave every owner the privilege MAINTAIN. https://www.postgresql.org/docs/17/ddl-priv.html */
export const maintain: MajorRule = {
  since: 17,
  equalise(older, newer) {
    const without = (facts: typeof older): typeof older =>
      rewrite(facts, null, (object) => {
        const { privileges } = object.properties
        return privileges?.includes('MAINTAIN')
          ? withProperties(object, { privileges: withoutMaintain(privileges) })
          : object
      })
    return [without(older), without(newer)]
  },
}

function withoutMaintain(privileges: string): string {
  const lines = privileges
    .split('\n')
    .map((line) => line.replace(/(?:, MAINTAIN\*?|\bMAINTAIN\*?, )/, ''))
    .filter((line) => !/: MAINTAIN\*?(?: \(by .*\))?$/.test(line))
  return lines.join('\n') || '(none)'
}
