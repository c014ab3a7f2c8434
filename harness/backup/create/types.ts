import type { Duplex } from 'node:stream'
import type { SqlRunner } from '../../core/index.ts'

/** The steps of taking a backup, in order. */
export type BackupStep = 'preflight' | 'snapshot' | 'dump' | 'read back' | 'derive' | 'seal'

/** How a backup tells a person where it is. */
export interface BackupProgress {
  begin(step: BackupStep, total?: number): void
  advance(done: number, detail?: string): void
  end(step: BackupStep, summary: string): void
}

/** A process, told apart from a later one with its number; what {@link ProcessPort} wrote down. */
export interface RecordedProcess {
  readonly pid: number
  readonly host: string
}

/** How processes are told apart. It is handed in: the room of engines knows. */
export interface ProcessPort<Recorded extends RecordedProcess = RecordedProcess> {
  /** This process. */
  identify(): Promise<Recorded>
  /** `unknown`: it was recorded on another machine or in another container. */
  livenessOf(recorded: Recorded): Promise<'alive' | 'dead' | 'unknown'>
}

/** A version as a program or a server says it. */
export interface Version {
  readonly major: number
  readonly text: string
}

/** A session on the source. It ends with the connection. */
export type SourceSession = SqlRunner & AsyncDisposable

/** A connection to the source that is past its start, idle, for a program that speaks the protocol itself. */
export interface SourceWire extends AsyncDisposable {
  readonly stream: Duplex
  /** What the server has reported of its settings, by name. */
  readonly parameters: ReadonlyMap<string, string>
}

/** A table of the source, and whether its rows come into a dump. */
export interface SourceTable {
  readonly oid: string
  readonly schema: string
  readonly name: string
  /** pg_class.relkind: `r` an ordinary one, `p` a partitioned one, which has no rows of its own. */
  readonly kind: string
}
