import type { Finding, CheckId } from '../compare/index.ts'
import type { ServerAddress } from '../postgres/index.ts'
import type { BackupRecord, SpecRecord } from '../report/index.ts'

/** What specs are told of the rehearsal that ran before them. Crosses a process boundary: plain data only. */
export interface SpecContext {
  readonly project: string
  /** Of the run's own checks, waivers applied (a waived finding is a notice). */
  readonly findings: readonly Finding[]
  readonly planned: readonly CheckId[]
  readonly restored: {
    readonly address: ServerAddress
    readonly database: string
    /** Of a server that is not ours; revealed, as below. */
    readonly url?: { readonly url: string; readonly source: string }
  } | null
  /** Revealed: it goes from process to process through a pipe, never through argv, environment or a file. */
  readonly productionUrl: { readonly url: string; readonly source: string } | null
  /** Paths of facts files; null when there are none. */
  readonly baselineFile: string | null
  readonly restoredFile: string | null
  readonly schemaDiffs: readonly { readonly object: string; readonly diff: string }[]
  readonly backup: BackupRecord | null
}

/** One test that was collected. `mirrors`: it repeats what the run's own check found, for people who read tests. */
export interface SpecOutcome extends SpecRecord {
  readonly mirrors: CheckId | null
}

export interface SpecReport {
  readonly tests: readonly SpecOutcome[]
  /** Files that could not be loaded, errors outside any test, a process that ended early. Scrubbed. */
  readonly errors: readonly string[]
}

/** Specs being made ready while the restore goes on; disposing ends their process. */
export interface SpecSession extends AsyncDisposable {
  run(context: SpecContext): Promise<SpecReport>
}

/** Runs spec files. `run/` declares it, `vitest/` is one, `scripts/` hands it over: the arrow points one way. */
export interface SpecRunner {
  launch(options: {
    readonly root: string
    readonly globs: readonly string[]
    /** The globs were written down by a person, so each must match something. */
    readonly asked: boolean
    readonly signal: AbortSignal
  }): SpecSession
}
