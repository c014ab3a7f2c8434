import type { z } from 'zod'
import type { backupList, restorePoint, schedule } from './answers.ts'

/** It answered with a refusal. `why` is one line for a reader, `hint` what to do about it. */
export interface Refused {
  readonly kind: 'refused'
  readonly status: number
  /** The platform's own word for it, `entitlement_required`. */
  readonly code: string | null
  readonly why: string
  readonly hint: string
}

/** No answer, or none that can be read. */
export interface Failed {
  readonly kind: 'failed'
  /** Nothing came back: the next question would wait as long, for as little. */
  readonly silent?: true
  readonly why: string
  readonly hint: string
}

/** What came of asking the platform one thing. A refusal is an answer: nothing is thrown for it. */
export type Answer<T> = { readonly kind: 'answered'; readonly value: T } | Refused | Failed

export type BackupList = z.infer<typeof backupList>
export type PlatformBackup = BackupList['backups'][number]
export type RestorePoint = z.infer<typeof restorePoint>
export type Schedule = z.infer<typeof schedule>

/** Bytes as the project has them now: a dump is smaller, and egress is counted on what is sent. */
export interface PlatformSizes {
  readonly databaseBytes: number
  /** Null where the project has no Storage. */
  readonly storage: { readonly bytes: number; readonly objects: number } | null
}

/** Everything that was asked of the platform, dead data. */
export interface PlatformFacts {
  readonly ref: string
  readonly backups: Answer<BackupList>
  /** Null, as below: not asked, for the answer about the backups holds for every question. */
  readonly schedule: Answer<Schedule> | null
  /** Only where a name was given: the platform doesn't list them. */
  readonly restorePoint: { readonly name: string; readonly answer: Answer<RestorePoint> | null } | null
  readonly sizes: Answer<PlatformSizes> | null
}

export interface PlatformDay {
  readonly maxAgeMs: number
  /** When a migration begins; null: only the age is asked for. */
  readonly migrationAt: Date | null
  readonly lastsMs: number
  /** How long the plan keeps a backup: the platform doesn't say. Null: not known. */
  readonly retentionMs: number | null
}

export interface PlatformFinding {
  readonly check:
    | 'backup age'
    | 'backup states'
    | 'recovery window'
    | 'kept through the migration'
    | 'schedule'
    | 'restore point'
    | 'download size'
  readonly status: 'same' | 'differs' | 'not-checked'
  /** Worth knowing; takes no part in the answer. */
  readonly notice: boolean
  readonly message: string
  readonly hint: string | null
}

export interface PlatformReport {
  readonly kind: 'platform-report'
  readonly version: 1
  readonly at: string
  readonly ref: string
  readonly region: string | null
  readonly answer: 'GO' | 'NO-GO' | 'UNDECIDED'
  readonly findings: readonly PlatformFinding[]
  readonly backups: readonly PlatformBackup[]
}
