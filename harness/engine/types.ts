import type { Progress } from '../core/index.ts'
import type { ServerAddress, Session } from '../postgres/index.ts'
import type { ForeignState } from './foreign-state.ts'

export type EngineKind = 'embedded' | 'container' | 'server'

/** What the dump asks of an engine. */
export interface EngineNeed {
  /** Major of the server that was dumped; null where the dump doesn't say. */
  readonly major: number | null
  readonly extensions: readonly string[]
  /** What else not every server has, extensions among it with what needs them; absent where nothing was read for it. */
  readonly demands?: readonly EngineDemand[]
  /** Decompressed size, for choosing between tmpfs and disk, and for a check of free space. */
  readonly plainBytes: number
  /** Name of the bootstrap superuser (`postgres`; `supabase_admin` for a Supabase cluster dump). */
  readonly superuser: string
  /** The time of the restore is to be a recovery's: with PostgreSQL's own durability, on disk. Default: neither. */
  readonly durable?: boolean
  /** Roles that a platform makes and looks after: on a server of somebody's, those that are there are used as they are. */
  readonly platformRoles?: readonly string[]
}

/** One thing that a dump asks of the server it is restored into. */
export interface EngineDemand {
  readonly kind:
    | 'extension'
    | 'language'
    | 'library'
    | 'libc locale'
    | 'icu locale'
    | 'builtin locale'
    | 'tablespace'
    | 'access method'
  readonly name: string
  readonly version: string | null
  /** What of the dump asks for it, as refusals name it. */
  readonly objects: readonly string[]
  /** Routines that are made without it, and fail when they are called. */
  readonly callers: readonly string[]
}

/** What keeps the restored database from reaching out, as verified, for the evidence. */
export interface Isolation {
  /** `none`: an own network namespace without interfaces. `loopback`: published on 127.0.0.1. `host`: not isolated. */
  readonly network: 'none' | 'loopback' | 'host'
  /** `own root`: it sees what it runs on and its own data, and no other file of this machine. */
  readonly files: 'own root' | 'host'
  /** The server runs under another uid than the harness. */
  readonly ownUser: boolean
  /** All its processes end when the harness is killed. */
  readonly diesWithParent: boolean
  /** Tablespaces, image digest, … free text for the evidence. */
  readonly notes: readonly string[]
}

/** A disposable Postgres that answers queries. Disposing it ends its processes and removes its files. */
export interface DisposableServer extends AsyncDisposable {
  readonly kind: EngineKind
  readonly major: number
  /** As `SHOW server_version` says. */
  readonly version: string
  readonly address: ServerAddress
  readonly isolation: Isolation
  /** Image name and digest, or where the binaries came from. */
  readonly origin: string
  readonly startMs: number
  /** What its sessions may, where that is less than a superuser; absent where they are one. */
  readonly limits?: ServerLimits | undefined
  /** Of a server that is not ours alone; absent where it is. */
  readonly foreign?: ForeignState
  connect(database: string, options?: { readonly signal?: AbortSignal }): Promise<Session>
  /** From template0, encoding UTF8 unless given. */
  createDatabase(
    name: string,
    options?: { readonly encoding?: string; readonly collate?: string; readonly ctype?: string },
  ): Promise<void>
  /**
   * Makes database `to` as a whole copy of `from`, with owner, privileges, settings and comment. Ends all sessions of
   * `from`. Costs its bytes again; seconds a gigabyte.
   */
  cloneDatabase(from: string, to: string, options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Leaves the server running after we end (`--keep`), and says how to look (at that database) and how to stop it. */
  keep(database?: string): Promise<{ readonly connect: string; readonly stop: string }>
  /** The last lines of the server's log, scrubbed, for a fault. */
  logTail(lines: number): Promise<string>
}

/** Why the role that restores is no superuser, and how to have one. */
export interface ServerLimits {
  /** `the server is not shut in`, as the end of a sentence. */
  readonly reason: string
  readonly remedy: string
  /** A superuser's session on a server of ours, which no text of a dump may reach. Absent where there is none. */
  readonly connectAdmin?: (database: string) => Promise<Session>
}

export interface EngineOptions {
  readonly signal: AbortSignal
  readonly progress: Progress
}

/** One kind of engine. */
export interface Engine {
  readonly kind: EngineKind
  /** What this engine lacks for that need; empty when it can hold the dump faithfully. */
  lacks(need: EngineNeed): Promise<readonly EngineLack[]>
  /** What it would restore such a dump into, in a few words: `PostgreSQL 15.18`. Null where it has nothing to. */
  offers?(need: EngineNeed): Promise<string | null>
  start(need: EngineNeed, options: EngineOptions): Promise<DisposableServer>
}

export interface EngineLack {
  /** `major 16`, `extension postgis`, `docker`. */
  readonly what: string
  readonly remedy: string
  /** Without it the engine can't even start; otherwise it can, and what needs it is not checked. */
  readonly fatal: boolean
  /** Nothing goes unchecked for it: it is said as a notice, in these words. */
  readonly notice?: string
  /** Not to be started on something dearer for: the copy holds the same without it. */
  readonly isSlight?: boolean
  /** What of the dump asks for it, as far as its text shows. */
  readonly objects?: readonly string[]
  /** Routines that are there without it, and fail when they are called. */
  readonly callers?: readonly string[]
}
