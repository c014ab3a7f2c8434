import { rewrite, type MajorRule } from './rule.ts'

/**
 * Postgres 18 made NOT NULL a constraint with a name (https://www.postgresql.org/docs/18/release-18.html). Whether a
 * column may be null is a property of the column, too.
 */
export const notNullNames: MajorRule = {
  since: 18,
  equalise(older, newer) {
    const without = (facts: typeof older): typeof older =>
      rewrite(facts, 'constraint', (object) => (object.properties['type'] === 'not null' ? null : object))
    return [without(older), without(newer)]
  },
}
