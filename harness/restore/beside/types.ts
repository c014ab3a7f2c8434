import type { OutlinedCopy, OutlinedDump, OutlinedInserts, QualifiedName, StatementEntry } from '../../dump/index.ts'

/** A table of the backup, and what it is to be called beside the one that is there. As typed. */
export interface TypedPair {
  readonly table: string
  readonly as: string
}

export interface Renamed {
  readonly from: QualifiedName
  readonly to: QualifiedName
}

/** One table under its new name. */
export interface BesideTable extends Renamed {
  /** Its own copies: a copy that counted on by the old one's would take numbers from it. */
  readonly sequences: readonly Renamed[]
  /** Indexes and the constraints that are indexes: their names are taken in the schema. */
  readonly parts: readonly { readonly from: string; readonly to: string }[]
}

export type BesideStep =
  | { readonly kind: 'setting'; readonly entry: StatementEntry }
  | { readonly kind: 'statement'; readonly entry: StatementEntry; readonly text: Buffer }
  | {
      readonly kind: 'copy'
      readonly entry: OutlinedCopy
      readonly statement: Buffer
      readonly into: QualifiedName
    }
  | { readonly kind: 'inserts'; readonly entry: OutlinedInserts; readonly into: QualifiedName }

/** What of one dump will run, in the dump's order. */
export interface BesideFile {
  readonly name: string
  readonly dump: OutlinedDump
  readonly steps: readonly BesideStep[]
}

/** What stays away of a table, by name. */
export interface BesideLeftOut {
  readonly verb: string
  readonly reason: string
  readonly count: number
}

export interface BesidePlan {
  readonly tables: readonly BesideTable[]
  readonly files: readonly BesideFile[]
  readonly leftOut: readonly BesideLeftOut[]
}
