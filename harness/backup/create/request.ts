import type { Clock, Secret } from '../../core/index.ts'
import type { Proof, Protection } from '../protect/index.ts'
import type { Manifest } from '../types.ts'
import type { CountedTable, ReadBack } from './check-written.ts'
import type { ContainerPort } from './contained-tools.ts'
import type { VersionPort } from './find-dump-tools.ts'
import type { CountsReader } from './read-earlier.ts'
import type { SourceSurvey } from './survey-source.ts'
import type { BackupProgress, ProcessPort, RecordedProcess, SourceSession, SourceWire } from './types.ts'

export interface BackupRequest {
  readonly source: Secret
  /** Folder of sets; made where it is missing. */
  readonly out: string
  readonly format: 'custom' | 'directory'
  /** pg_dump's `--compress`; null: zstd where it knows that, else gzip. */
  readonly compress: string | null
  /** Of the directory format: pg_dump's own connections. */
  readonly jobs: number
  readonly artefacts: 'none' | 'all'
  /** False: `roles.sql` gets no hashes of passwords, though the role may read them. */
  readonly rolePasswords?: boolean | undefined
  readonly critical: readonly string[]
  /** Encrypted and signed before it gets its name; absent: in plain text. */
  readonly protection?: Protection | null | undefined
  /** Told what is to be dumped, before anything is written; throws where it is too much. */
  readonly beforeDump?: ((source: DumpSource) => Promise<void>) | undefined
  /** Brings the files of Storage into that folder, once the dump is written; throws where it could not bring them all. */
  readonly bringStorage?: ((folder: string) => Promise<void>) | undefined
  readonly details: Partial<Pick<Manifest, 'name' | 'description' | 'purpose' | 'label' | 'createdBy' | 'retention'>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly progress: BackupProgress
  readonly signal: AbortSignal
}

/** How much there is to dump. */
export type DumpSource = Pick<SourceSurvey, 'isSupabase' | 'tableBytes'>

/** The baseline of a set while it is taken, in the transaction that the caller has open. */
export interface BaselineReading {
  /** Reads all but the sequences, which were read when it was opened: pg_dump reads theirs later. */
  read(options: {
    readonly signal: AbortSignal
    readonly onTable: (done: number, total: number) => void
  }): Promise<void>
  /** Sequences once more, when pg_dump is done. */
  finish(): Promise<Baseline>
}

/** What the snapshot held, as the rehearsal will compare it. */
export interface Baseline {
  /** Tables that were counted; not those that could not be read. */
  readonly counted: readonly CountedTable[]
  readonly unreadable: readonly string[]
  /** What our role may do to be shown what other roles see, where it may not act as them: `GRANT anon TO me`. */
  readonly remedies: readonly string[]
  readonly systemIdentifierHash: string | null
  writeTo(path: string): Promise<void>
}

/** What is handed in by the room that may know all others. */
export interface BackupParts<
  Recorded extends RecordedProcess = RecordedProcess,
  Session extends SourceSession = SourceSession,
> {
  readonly processes: ProcessPort<Recorded>
  readonly versions: VersionPort
  /** Where no pg_dump of this machine fits; null: then there is none. */
  readonly containers: ContainerPort | null
  /** Where PostgreSQL's programs may lie. */
  folders(): Promise<readonly string[]>
  openSource(): Promise<Session>
  openWire(): Promise<SourceWire>
  openBaseline(
    session: Session,
    options: { readonly takenAt: string; readonly leftOut: readonly string[]; readonly signal: AbortSignal },
  ): Promise<BaselineReading>
  /** Tables and rows of an earlier set's `baseline.json`. */
  readonly readCounts: CountsReader
  readDump(
    path: string,
    options: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
  ): Promise<ReadBack>
}

/** A set that was written and sealed. */
export interface TakenBackup {
  readonly path: string
  readonly manifest: Manifest
  readonly rows: number
  readonly tables: number
  /** Size of all files. */
  readonly bytes: number
  /** What a reader of the set should know, one line each. Also in the manifest. */
  readonly notes: readonly string[]
  /** How it is known that it decrypts; null: it was not to be protected. */
  readonly proven: Proof | null
  /** Those of the notes that say what has shrunk since the last set of the same source. */
  readonly shrunk: readonly string[]
  /** By step, milliseconds. */
  readonly tookMs: Readonly<Record<string, number>>
}
