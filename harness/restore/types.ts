import type { DumpPosition, QualifiedName } from '../dump/index.ts'
import type { Refusal } from '../postgres/index.ts'

/** A statement of the dump that the server would not run. */
export interface RefusedStatement extends DumpPosition {
  readonly file: string
  readonly verb: string
  /** As the dump names it, e.g. `public.users`. */
  readonly object: string | null
  readonly refusal: Refusal
  /** Harmless by the rule table (code and object), e.g. `schema public already exists`: a notice. */
  readonly harmless: boolean
  /** Why it is harmless, or what it means. */
  readonly explanation: string
}

/** Rows of one table on their way in. */
export interface LoadedTable extends QualifiedName {
  readonly database: string
  readonly rowsInDump: number
  /** As the server counted them. Less than `rowsInDump` when a block was refused. */
  readonly rowsLoaded: number
  readonly bytes: number
  readonly ms: number
}

/** Everything that happened while restoring. Nothing is silently skipped. */
export interface RestoreLedger {
  readonly databases: readonly string[]
  readonly statementsLoaded: number
  /** Loaded statements by verb. */
  readonly loadedByVerb: Readonly<Record<string, number>>
  readonly refused: readonly RefusedStatement[]
  /** Statements not run on purpose, with the reason. */
  readonly skipped: readonly {
    readonly file: string
    readonly line: number
    readonly verb: string
    readonly object: string | null
    readonly reason: string
  }[]
  readonly tables: readonly LoadedTable[]
  readonly ms: number
}
