import type { DumpPosition, QualifiedName } from '../dump/index.ts'
import type { Refusal } from '../postgres/index.ts'

/**
 * What a refused statement means. `harmless`: known by code and object, a notice. `engine`: this engine lacks what the
 * statement needs (an extension), so what it defines is not checked. `rights`: the role that restores is no superuser,
 * and the statement wants one (or wants something that one did not get to make), so it is not checked either. `loss`: the
 * backup does not restore here.
 */
export type RefusalMeaning = 'harmless' | 'engine' | 'rights' | 'loss'

/** A statement of the dump that the server would not run. */
export interface RefusedStatement extends DumpPosition {
  readonly file: string
  readonly verb: string
  /** As the dump names it, e.g. `public.users`. */
  readonly object: string | null
  readonly refusal: Refusal
  readonly meaning: RefusalMeaning
  /** Why it is harmless, what the engine lacks, or what is lost. */
  readonly explanation: string
}

/** A statement that was not run on purpose. `hostile`: no writer of dumps puts it there. */
export interface SkippedStatement {
  readonly file: string
  readonly line: number
  readonly verb: string
  readonly object: string | null
  readonly reason: string
  readonly hostile: boolean
}

/** Rows of one table on their way in. */
export interface LoadedTable extends QualifiedName {
  readonly database: string
  readonly rowsInDump: number
  /** As the server counted them. Less than `rowsInDump` when a block was refused. */
  readonly rowsLoaded: number
  /** Rows were refused, all of them for what the engine lacks: they are not checked, not lost. */
  readonly heldBack: boolean
  readonly bytes: number
  readonly ms: number
}

/** Rows that were loaded unchecked and refer to nothing. */
export interface OrphanedRows {
  readonly constraint: string
  readonly table: string
  readonly references: string
  readonly rows: number
}

/** Everything that happened while restoring. Nothing is silently skipped. */
export interface RestoreLedger {
  /** Databases that were restored into, in order. */
  readonly databases: readonly string[]
  readonly statementsLoaded: number
  /** Loaded statements by verb. */
  readonly loadedByVerb: Readonly<Record<string, number>>
  /** In order; of each meaning the first 10,000. */
  readonly refused: readonly RefusedStatement[]
  /** All of them, also those that are not listed. */
  readonly refusedCount: number
  readonly skipped: readonly SkippedStatement[]
  readonly tables: readonly LoadedTable[]
  /** Of the foreign keys that the dump's own settings kept the server from checking. */
  readonly orphans: readonly OrphanedRows[]
  /** Extensions that the dump asks for and the engine lacks. */
  readonly missingExtensions: readonly string[]
  readonly ms: number
}
