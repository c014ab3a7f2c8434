import { identityOf, partsOfIdentity } from '../facts/index.ts'
import type { Catalogue, Relation } from './read-catalogue.ts'

/** Where each relation and each of its columns went, by name: a rename is no loss. */
export class RenameMap {
  readonly #now = new Map<string, string>()
  readonly #was: Catalogue

  constructor(was: Catalogue, is: Catalogue) {
    this.#was = was
    for (const relation of was.values()) {
      const same = is.get(relation.oid)
      if (same) this.#now.set(nameOf(relation), nameOf(same))
    }
  }

  /** Of a table that is still there. */
  tableNow(name: string): string | null {
    return this.#now.get(name) ?? null
  }

  /** An object of a table (`public.users.own_rows`) under the table's name of today; null when the table is gone. */
  objectNow(identity: string): string | null {
    const [schema = '', table = '', ...rest] = partsOfIdentity(identity)
    const now = this.tableNow(identityOf([schema, table]))
    return now === null ? null : [now, ...rest.map((part) => identityOf([part]))].join('.')
  }

  /** Whether a name was that of a relation. */
  wasRelation(name: string): boolean {
    return this.#now.has(name) || [...this.#was.values()].some((relation) => nameOf(relation) === name)
  }
}

export function nameOf({ schema, name }: Pick<Relation, 'schema' | 'name'>): string {
  return identityOf([schema, name])
}
