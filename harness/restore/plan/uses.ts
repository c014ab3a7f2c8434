/**
 * What an entry does with a relation, as far as order and locks go.
 * `load`: puts rows into it. `index`: builds one, and lets others build (SHARE lock). `constraint`: builds one alone.
 * `fk child`, `fk parent`: checks rows of one against another. `definition`: changes its description, not its rows.
 * `ordered`: anything else; only the dump's order is safe.
 * https://www.postgresql.org/docs/current/explicit-locking.html
 */
export type RelationUse = 'load' | 'index' | 'constraint' | 'fk child' | 'fk parent' | 'definition' | 'ordered'

/** One relation that an entry uses. */
export interface Touch {
  /** `public.users`, as a key: quoted names can't be confused. */
  readonly key: string
  readonly use: RelationUse
}

const builds: ReadonlySet<RelationUse> = new Set(['index', 'constraint'])
const checks: ReadonlySet<RelationUse> = new Set(['fk child', 'fk parent'])

/** Whether two uses of one relation may come in either order and leave the same database. */
export function mayReorder(one: RelationUse, other: RelationUse): boolean {
  return mayReorderOneWay(one, other) || mayReorderOneWay(other, one)
}

function mayReorderOneWay(one: RelationUse, other: RelationUse): boolean {
  if (builds.has(one)) return builds.has(other) || other === 'fk child' || other === 'definition'
  return checks.has(one) && (checks.has(other) || other === 'definition')
}

/** Whether two uses of one relation may happen at the same time: their locks let them. */
export function mayOverlap(one: RelationUse, other: RelationUse): boolean {
  return one === 'index' && other === 'index'
}

export function relationKey(schema: string, name: string): string {
  return JSON.stringify([schema, name])
}

/** Null for a key that is no relation's. */
export function readRelationKey(key: string): { readonly schema: string; readonly name: string } | null {
  if (!key.startsWith('[')) return null
  const [schema = '', name = ''] = JSON.parse(key) as readonly string[]
  return { schema, name }
}
