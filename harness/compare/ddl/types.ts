import type { ObjectFact } from '../../facts/index.ts'
import type { PropertyReader } from './property-reader.ts'

export interface DdlSubject {
  readonly object: ObjectFact
  /** The object's name as statements spell it, without a signature. */
  readonly name: string
  /** For parts of a relation: the relation's name, and the part's own. */
  readonly relation: string
  readonly part: string
  readonly properties: PropertyReader
  /** Columns and constraints of a table that is shown as a whole. */
  readonly parts: readonly ObjectFact[]
}

/** The statements that make an object, without its owner, its privileges and its comment. */
export type DdlRenderer = (subject: DdlSubject) => readonly string[]

/** `CREATE …` with each clause on a line of its own, so that a diff shows the clause that changed. */
export function statement(head: string, clauses: readonly string[]): string {
  return `${[head, ...clauses.map((clause) => `  ${clause}`)].join('\n')};`
}
