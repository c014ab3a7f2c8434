import type { StepName } from '../core/index.ts'
import type { Finding } from '../compare/index.ts'
import type { Facts } from '../facts/index.ts'
import type { MigrationReport } from '../migration/index.ts'
import type { Verdict } from '../verdict/index.ts'

/**
 * Everything a report may say of one rehearsal: what `run/` gathered, as dead data. Renderers are pure functions of
 * it; `verdict.json` is it, but for the facts (docs/verdict.schema.json). Text in it is already scrubbed.
 */
export interface RehearsalRecord {
  readonly kind: 'rehearsal'
  readonly version: 1
  readonly id: string
  readonly tool: {
    readonly name: 'rehearse'
    readonly version: string
    readonly node: string
    readonly platform: string
  }
  readonly project: string
  /** ISO-8601 UTC. */
  readonly startedAt: string
  readonly finishedAt: string
  readonly durationMs: number
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  readonly steps: readonly StepRecord[]
  readonly backup: BackupRecord | null
  readonly engine: EngineRecord | null
  readonly restore: RestoreRecord | null
  readonly tables: readonly TableRecord[]
  /** One unified diff an object whose definition differs. */
  readonly schemaDiffs: readonly { readonly object: string; readonly diff: string }[]
  readonly baseline: {
    readonly source: 'dump-snapshot' | 'live' | 'none'
    readonly takenAt: string | null
    readonly serverVersion: string | null
    readonly databaseBytes: number | null
  }
  readonly specs: readonly SpecRecord[]
  /** How the copy was broken on purpose, and whether that was seen. Null: it was not done, and why is in `notCovered`. */
  readonly inoculation: InoculationRecord | null
  /** Null: none was asked for. Its answer is its own; {@link Verdict} is the backup's. */
  readonly migration: MigrationReport | null
  /** What a reader may think was checked and was not: always said. */
  readonly notCovered: readonly { readonly what: string; readonly why: string }[]
  /** Where each configured value came from, by dotted path: `default`, `file`, `env:NAME`, `flag --x`. */
  readonly configOrigins: Readonly<Record<string, string>>
}

export interface InoculationRecord {
  /** Draws the same breaks again: `--inoculate-seed`. */
  readonly seed: number
  readonly wanted: number
  readonly against: 'baseline' | 'the copy before'
  readonly breaks: readonly {
    readonly name: string
    readonly object: string
    /** The check that has to see it. */
    readonly check: string
    readonly seen: boolean
    /** What that check said. */
    readonly message: string | null
    readonly ms: number
  }[]
}

export interface StepRecord {
  readonly step: StepName
  /** Milliseconds from the start of the rehearsal. */
  readonly startMs: number
  readonly durationMs: number
  readonly summary: string
  readonly outcome: 'done' | 'failed' | 'not-run'
}

export interface BackupRecord {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly purpose: string | null
  readonly label: string | null
  readonly createdAt: string | null
  readonly ageMs: number | null
  readonly location: string
  readonly totalBytes: number
  readonly retention: string | null
  readonly createdBy: string | null
  readonly verifiedBy: string | null
  readonly files: readonly {
    readonly name: string
    readonly kind: string
    readonly bytes: number
    readonly sha256: string | null
    readonly restored: boolean
    readonly state: 'intact' | 'changed' | 'missing' | 'unsealed' | 'empty'
    readonly tables: number | null
    readonly rows: number | null
  }[]
  readonly writer: string
  readonly sourceVersion: string | null
  readonly toolVersion: string | null
}

export interface EngineRecord {
  readonly kind: string
  readonly version: string
  readonly origin: string
  readonly startMs: number
  readonly isolation: {
    readonly network: string
    /** Absent in records of before it was looked at. */
    readonly files?: 'own root' | 'host' | undefined
    readonly ownUser: boolean
    readonly diesWithParent: boolean
    readonly notes: readonly string[]
  }
  /** Why this engine: `embedded holds everything the dump needs`. */
  readonly because: string
  readonly provided: readonly string[]
}

export interface RestoreRecord {
  /** What ran the dump: `ours`, `psql 17.12`, `psql and pg_restore 17.12`, or `ours, then psql 17.12`. */
  readonly restorer: string
  readonly statements: number
  readonly refused: readonly {
    readonly file: string
    readonly line: number
    readonly verb: string
    readonly object: string | null
    readonly code: string
    readonly message: string
    readonly harmless: boolean
    readonly explanation: string
  }[]
  readonly skipped: number
  readonly rows: number
  readonly bytes: number
  readonly ms: number
}

export interface TableRecord {
  readonly table: string
  /** From the baseline; null without one. */
  readonly expected: string | null
  readonly dumped: string | null
  readonly restored: string | null
  readonly bytes: number | null
  readonly counts: Finding['status']
  readonly content: Finding['status']
}

export interface SpecRecord {
  readonly file: string
  readonly title: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'not-run'
  readonly durationMs: number
  readonly message: string | null
}

export type { Facts, MigrationReport }
