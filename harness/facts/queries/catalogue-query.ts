import type { ObjectKind } from '../types.ts'

export interface QueryScope {
  /** Major of the server: catalogues gain columns over time. */
  readonly major: number
  /** SQL expression of type `oid[]`: the schemas observed. */
  readonly schemas: string
  /** A copy, read by the role that restored it. False when absent. */
  readonly isCopy?: boolean
}

/**
 * One catalogue query. Its rows hold `identity` (the name's parts as a JSON array), optionally `signature` (argument
 * types), and otherwise one column a property, named as the property. Checked on Postgres 13 to 18.
 */
export interface CatalogueQuery {
  readonly kind: ObjectKind
  /** Properties whose text the server deparses from a parse tree. */
  readonly deparsed?: readonly string[]
  /** It calls what may fail on this server, and nothing is lost by not knowing: then there are none. */
  readonly mayFail?: true
  text(scope: QueryScope): string
}
