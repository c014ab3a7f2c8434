import type { Clock, Progress } from '../../core/index.ts'
import type { TargetPlace } from '../../postgres/index.ts'
import type {
  BesideTable,
  LeftOut,
  LoadedTable,
  OrphanedRows,
  RefusedStatement,
  SkippedStatement,
} from '../../restore/index.ts'
import type { AppliedSettings } from '../apply-settings.ts'
import type { MiscountedTable } from './count-rows.ts'
import type { ChosenSet } from './open-backup.ts'

/** What is to be restored, and where. */
export interface BringBackRequest {
  /** A dump or a backup set. */
  readonly path: string
  /** `env:NAME`, or a connection URL without a password. */
  readonly to: string
  readonly only: 'schema' | 'data' | null
  readonly tables: readonly string[]
  readonly schemas: readonly string[]
  /** What each of the tables is to be called, beside the one that is there; empty: none of them has another name. */
  readonly as?: readonly string[]
  /** `env:NAME`; null where none is known. */
  readonly production: string | null
  /** Facts recorded with the backup, where they don't lie in the set. */
  readonly baseline: string | null
  readonly notProduction: boolean
  readonly dryRun: boolean
  /** What encrypted sets are read with, and where their plain text may lie. */
  readonly encrypt?: { readonly identity: string | null; readonly plaintext: string | null }
  readonly signing?: {
    /** What sets have to be signed with. */
    readonly publicKey: string | null
    /** Where it is remembered which signed sets were seen. */
    readonly memory: string | null
    /** The user means this set, although a newer one was seen. */
    readonly older: boolean
  }
  readonly environment: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly timeLimitMs: number
  /** Told before anything is written, and waited for: what it throws ends it. */
  readonly onPlan: (plan: BringBackPlan) => void | Promise<void>
}

/** What is about to be done. Nothing in it is secret. */
export interface BringBackPlan {
  readonly set: ChosenSet
  readonly files: readonly {
    readonly name: string
    readonly fileBytes: number
    readonly plainBytes: number
    readonly serverVersion: string | null
  }[]
  readonly why: string
  /** What the set's signature says, a line each. */
  readonly trust: readonly string[]
  readonly target: TargetPlace & {
    readonly source: string
    readonly serverVersion: string
    readonly databaseBytes: number
    /** How it was proven that this is not production. */
    readonly notProduction: string
  }
  /** Tables that come under another name; empty where the target is an empty database. */
  readonly beside: readonly BesideTable[]
  readonly wanted: number
  readonly tables: number
  readonly leftOut: readonly LeftOut[]
  /** What will be missed, as far as it is known before. */
  readonly warnings: readonly string[]
}

/** What came of it. */
export interface BroughtBack {
  /** `complete`: all that was asked for is there. */
  readonly state: 'complete' | 'incomplete'
  /** What the target holds now, in a sentence. */
  readonly says: string
  readonly statements: number
  readonly rows: number
  readonly sequences: number
  readonly tables: readonly LoadedTable[]
  /** Those that mean a loss. */
  readonly refused: readonly RefusedStatement[]
  readonly refusedCount: number
  /** Refused, and known to lose nothing. */
  readonly harmless: readonly RefusedStatement[]
  readonly skipped: readonly SkippedStatement[]
  /** Tables that hold other than what went in, counted again in the end. */
  readonly miscounted: readonly MiscountedTable[]
  /** Columns of copies whose default would have taken numbers from a sequence that is not theirs. */
  readonly withoutDefault: readonly string[]
  readonly unfilledViews: readonly { readonly name: string; readonly message: string }[]
  /** Of foreign keys that nobody checked while rows came in. */
  readonly orphans: readonly OrphanedRows[]
  /** Of sessions in the database, by an archive that was restored whole. */
  readonly settings: AppliedSettings
  readonly ms: number
}

export interface BringBackReport {
  readonly kind: 'restore'
  readonly version: 1
  readonly startedAt: string
  readonly plan: BringBackPlan
  /** Null for a dry run. */
  readonly restored: BroughtBack | null
}
