import type { Facts } from '../facts/index.ts'

/** Rows of one table as the loader counted them (a `LoadedTable` of the restore ledger fits). */
export interface LoadedRows {
  readonly schema: string
  readonly name: string
  readonly rowsInDump: number
  readonly rowsLoaded: number
}

export interface RowTolerance {
  /** Share of the baseline's rows by which a table may have drifted: 0.05 is five in a hundred. */
  readonly ratio: number
  /** Rows by which it may have drifted whatever the share, for small tables. */
  readonly rows?: number
}

export interface NotCovered {
  /** Schemas that the platform provides (`auth`, `storage`, …): their definitions are listed, not compared; rows are. */
  readonly schemas?: readonly string[]
  readonly roles?: readonly string[]
  readonly extensions?: readonly string[]
  /** Schemas of those, and single tables, whose rows no such dump brings: that they are not there says nothing. */
  readonly withoutRows?: readonly string[]
  /** Of the roles, those that a user of the platform gives settings to; and which the platform gives itself, as `role.name`. */
  readonly settableRoles?: readonly string[]
  /** All that the platform has, those that the dump brings too; `roles` when absent. */
  readonly rolesOfPlatform?: readonly string[]
  readonly settingsOfPlatform?: readonly string[]
}

/** By identity, what of a platform's own the server of the copy has as it likes: it is not the backup's to change there. */
export interface UsedAsThere {
  readonly roles: ReadonlySet<string>
  /** Roles that memberships were not given to. */
  readonly members: ReadonlySet<string>
  /** Those whose owner can't be made one. */
  readonly eventTriggers: ReadonlySet<string>
  /** Laid in for the platform, and so whoever's who restored. */
  readonly publications: ReadonlySet<string>
}

export interface CompareOptions {
  readonly baseline: Facts
  readonly restored: Facts
  /** `dump-snapshot`: exact. `live`: two moments are compared, rows within a tolerance. */
  readonly baselineKind: 'dump-snapshot' | 'live'
  /** Tells a short dump from rows that the restore lost. Those of this database only. */
  readonly loaded?: readonly LoadedRows[]
  readonly notCovered?: NotCovered
  readonly usedAsThere?: UsedAsThere
  /** `counts`: by choice, the content of rows is not compared, which is said. Default `rows`. */
  readonly depth?: 'rows' | 'counts'
  /** For a live baseline; without it no drift is allowed. */
  readonly rowTolerance?: (table: { readonly schema: string; readonly name: string }) => RowTolerance
  /**
   * What the backup is expected to bring back beyond pg_dump's plain scope. `roles` (default true): role attributes
   * and memberships. `database` (default false; true for `pg_dump -C` and pg_dumpall): the database's own owner,
   * privileges, settings and comment. What is not carried is a notice where it differs, but for settings that an
   * application sees (grade-settings.ts). `settings` (default true): false where the writer never holds them.
   */
  readonly carries?: { readonly roles?: boolean; readonly database?: boolean; readonly settings?: boolean }
  /** For two databases side by side, of which neither is the copy of the other: what messages call them. */
  readonly sides?: readonly [string, string]
  /** Neither side went through a dump and a restore of ours: no difference is put down to one. */
  readonly exact?: boolean
}
