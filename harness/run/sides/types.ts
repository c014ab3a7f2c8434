import type { Clock, Progress } from '../../core/index.ts'
import type { ResolvedConfig } from '../../config/index.ts'
import type { Finding, IgnoreRule, NotCovered, ObjectDiff } from '../../compare/index.ts'
import type { Engine } from '../../engine/index.ts'
import type { AccessFacts, Facts, FactsPool, SourceNotes } from '../../facts/index.ts'
import type { Session } from '../../postgres/index.ts'

/** How far a database is read: definitions; rows counted, and positions of sequences; or every row's content too. */
export const depths = ['schema', 'counts', 'rows'] as const
export type Depth = (typeof depths)[number]

export interface SideRequest {
  readonly depth: Depth
  /** Null: all but the system's own. */
  readonly schemas: readonly string[] | null
  /** For engines; what it says of backups, production and the like is not read. */
  readonly config: ResolvedConfig
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Taken in place of the one that config and the dump ask for. */
  readonly engine?: Engine
}

/** A side that is opened after the other: who looked there looks here too. */
export interface OpenRequest extends SideRequest {
  readonly before: AccessFacts | null
  /** Of the other side, where it is no copy: what a copy is finished and read by. */
  readonly source: SourceNotes
  /** What two facts files share is in memory once. */
  readonly pool: FactsPool
}

/** One of two databases that are compared. Disposing it ends what was started for it. */
export interface Side extends AsyncDisposable {
  /** As it was typed. */
  readonly name: string
  readonly what: 'database' | 'facts' | 'backup'
  readonly facts: Facts
  /** A session on our own restored copy, which may write; null where there is none. */
  readonly copy: Session | null
  /** Reads what the facts are of, in their snapshot or on the copy; null where there is no database. */
  readonly session: Session | null
  readonly notCovered: NotCovered
  readonly carries: { readonly roles: boolean; readonly database: boolean; readonly settings?: boolean }
  /** What of a backup did not come back: its copy is then not all of it. */
  readonly findings: readonly Finding[]
}

export interface DiffRequest extends SideRequest {
  readonly a: string
  readonly b: string
  readonly ignore: readonly IgnoreRule[]
}

/** What came of it, as dead data: `--format json` prints this. */
export interface DiffReport {
  readonly kind: 'rehearsal-diff'
  readonly version: 1
  readonly answer: 'same' | 'differs' | 'undecided'
  readonly depth: Depth
  readonly sides: readonly {
    readonly name: string
    readonly what: Side['what']
    readonly takenAt: string
    readonly serverVersion: string
    readonly objects: number
    readonly tables: number
  }[]
  /** All but what is the same, gravest first. */
  readonly findings: readonly Finding[]
  readonly diffs: readonly ObjectDiff[]
  /** What a reader should know of how it was compared. */
  readonly notes: readonly string[]
}
