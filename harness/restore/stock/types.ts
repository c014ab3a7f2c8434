import type { Progress } from '../../core/index.ts'
import type { DumpFormat } from '../../dump/index.ts'
import type { RestoreLedger } from '../types.ts'
import type { ClientVersion } from './client-floors.ts'

/** A dump to be given to a client. */
export interface StockFile {
  readonly path: string
  /** As reports call it. */
  readonly name: string
  readonly format: DumpFormat
}

export interface StockOptions {
  readonly clients: StockClients
  /** Where the client begins. It must exist; where a dump makes it itself, it is made way for. */
  readonly database: string
  /** Names of roles and schemas that were laid in beforehand to stand for the platform. */
  readonly provided: ReadonlySet<string>
  /** By object, what the server lacks of what the dump asks for; nothing when absent. */
  readonly lacking?: ReadonlyMap<string, string>
  /** `pg_restore -j`. */
  readonly jobs: number
  readonly signal: AbortSignal
  readonly progress: Progress
  /** Sum of the dumps' decompressed sizes, for the progress. */
  readonly totalBytes: number
}

/** psql and pg_restore of one version, out of one folder. */
export interface StockClients {
  readonly folder: string
  readonly version: ClientVersion
  /** Below the minor that has the known fixes: run because that was accepted. */
  readonly isVulnerable: boolean
}

/** A warning of the server, and what it means for the backup. */
export interface ServerWarning {
  readonly file: string
  readonly verb: string
  readonly object: string | null
  /** SQLSTATE. */
  readonly code: string
  readonly message: string
  /** Why it takes nothing from the restored database; null where that is not known. */
  readonly harmless: string | null
}

/** How one file was restored. */
export interface ClientRun {
  readonly file: string
  /** The program and what it was told, without where it lies: `pg_restore -j 2 …`, for the report. */
  readonly command: string
  /** Wall time of the program alone: not the copying of an archive, nor our own reading of the dump. */
  readonly ms: number
}

/** What PostgreSQL's own clients made of the dumps. */
export interface StockRestore {
  readonly clients: StockClients
  readonly ledger: RestoreLedger
  readonly runs: readonly ClientRun[]
  /** Of each kind once. */
  readonly warnings: readonly ServerWarning[]
  /** What the clients themselves complained of, not the server. Scrubbed. */
  readonly complaints: readonly string[]
  /** Settings of the server that decide how fast a restore is and whether it would survive a crash. */
  readonly settings: Readonly<Record<string, string>>
  /** How the clients were shut in, for the evidence. */
  readonly isolation: readonly string[]
}
