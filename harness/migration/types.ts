import type { ServerAddress, Session } from '../postgres/index.ts'

/** The disposable server, as far as a migration needs it. An engine's server is one. */
export interface MigrationServer {
  readonly address: ServerAddress
  readonly major: number
  connect(database: string, options?: { readonly signal?: AbortSignal }): Promise<Session>
  cloneDatabase(from: string, to: string, options?: { readonly signal?: AbortSignal }): Promise<void>
}

/** How the clone is reached: a port on 127.0.0.1, which every client knows, or a Unix socket. */
export type UrlForm = 'tcp' | 'socket'

/** What is to be rehearsed. */
export interface MigrationOrder {
  /** For `sh -c`, in {@link MigrationOrder.folder}. */
  readonly command: string
  readonly folder: string
  /** All that the command gets beside PATH, HOME, LANG, TMPDIR and the connection: name → value. */
  readonly variables: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly url: UrlForm
  /** Where its output is kept. */
  readonly logFile: string
  readonly signal: AbortSignal
}

/** How the command ended. */
export interface CommandRun {
  readonly exitCode: number | null
  readonly killedBy: string | null
  readonly timedOut: boolean
  readonly durationMs: number
  /** Sessions that it opened on the clone. None: it went elsewhere, or nowhere. */
  readonly connections: number
  /** Programs that still ran when the command was over, and were ended. */
  readonly leftBehind: readonly string[]
  /** The end of its output, scrubbed of credentials; empty where it went through. */
  readonly lastLines: readonly string[]
  readonly outputBytes: number
}

/** A lock on a relation that was there before: the strongest, or a weaker one that was held longer. */
export interface HeldLock {
  readonly relation: string
  readonly mode: string
  /** What others could not have done meanwhile. */
  readonly blocks: 'reads and writes' | 'writes' | 'schema changes' | 'nothing'
  /** As seen by looking every few milliseconds. 0: too short to be seen, known by what it was taken for. */
  readonly heldMs: number
  /** Sessions of the migration itself that waited for a lock on it, and the longest such wait. */
  readonly waiters: number
  readonly waitedMs: number
}

export interface Rewrite {
  readonly relation: string
  readonly kind: 'table' | 'index' | 'materialized view'
  /** `emptied`: new files because the rows went (TRUNCATE). */
  readonly how: 'rewritten' | 'emptied'
  readonly bytesBefore: number
  readonly bytesAfter: number
}

export interface ChangedTable {
  readonly table: string
  /** The name before, where it has another now. */
  readonly was: string | null
  /** Decimal text; null: there was none, there is none. */
  readonly rowsBefore: string | null
  readonly rowsAfter: string | null
  /** Of the columns that stayed, with the type they had. `not-compared`: none did, or it was not read. */
  readonly content: 'same' | 'differs' | 'not-compared'
}

/** What was there and is gone. A loss may be meant: it is shown, and never changes the answer. */
export interface Loss {
  readonly kind: 'table' | 'column' | 'rows' | 'policy' | 'row security' | 'privileges' | 'constraint' | 'trigger'
  readonly object: string
  readonly text: string
}

export interface SchemaDiff {
  readonly object: string
  readonly diff: string
}

export interface MigrationChanges {
  readonly schemaDiffs: readonly SchemaDiff[]
  readonly tables: readonly ChangedTable[]
  readonly rewrites: readonly Rewrite[]
  readonly losses: readonly Loss[]
}

/** A migration's own answer, told apart from the backup's. */
export interface MigrationReport {
  readonly answer: 'GO' | 'NO-GO' | 'UNDECIDED'
  /** One line: why. */
  readonly reason: string
  readonly remedy: string | null
  readonly command: string
  /** Null where the command never ran. */
  readonly run: CommandRun | null
  /** Name of the output's file in the evidence folder. */
  readonly log: string | null
  readonly locks: readonly HeldLock[]
  /** Null where the clone could not be read afterwards. */
  readonly changes: MigrationChanges | null
}
