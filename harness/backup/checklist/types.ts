import type { ItemId, StepMinutes } from './items.ts'

export interface MigrationDay {
  readonly migrationAt: Date
  /** How long the migration may take: sets must not expire meanwhile. */
  readonly lastsMs: number
  /** How long before the migration the full set may have been taken. */
  readonly fullWithinMs: number
  /** How old the fresh set may be at T-0. */
  readonly freshWithinMs: number
}

/** What the checklist has to know of a set. */
export interface DaySet {
  readonly name: string
  /** Where it lies: a rehearsal of just this set is asked for by it. */
  readonly path: string
  /** Another place, from which it has to be fetched first; null: it is here. */
  readonly place: string | null
  readonly digest: string
  readonly createdAt: Date | null
  /** Of which database, as prune tells them apart. */
  readonly source: string
  readonly label: string | null
  readonly sealed: boolean
  /** It holds the whole database: one full dump, or schema and data. */
  readonly whole: boolean
  readonly problem: string | null
  /** By the last rehearsal that came to an answer. */
  readonly answer: 'GO' | 'NO-GO' | null
}

/** The sets that the day rests on. */
export interface ChosenSets {
  readonly full: DaySet | null
  readonly fresh: DaySet | null
  /** Why there is none; empty where there is one. */
  readonly whyNoFull: string
  readonly whyNoFresh: string
}

export interface Verification {
  readonly good: boolean
  /** One line. */
  readonly why: string
}

/** What a prune at the end of the migration would do. */
export interface Expiry {
  readonly until: Date
  /** Names of the sets that it would delete. */
  readonly deleted: readonly string[]
  /** Why that can't be said; null: it can. */
  readonly unknown: string | null
}

export interface ItemSignOff {
  readonly item: string
  readonly name: string
  readonly at: string
}

export interface DayFacts {
  readonly chosen: ChosenSets
  /** By digest. */
  readonly verified: ReadonlyMap<string, Verification>
  readonly expiry: Expiry
  /** Of Supabase's own backups; null: the database is not known to be there, and nothing is asked. */
  readonly platform: (Verification & { readonly hint: string }) | null
  readonly signOffs: readonly ItemSignOff[]
}

/** `open`: its step has begun. `later`: not yet. Neither fails; only `missing` does. */
export type ItemState = 'done' | 'missing' | 'open' | 'later'

export interface JudgedItem {
  readonly id: ItemId
  readonly step: StepMinutes
  readonly by: 'machine' | 'person'
  readonly text: string
  readonly due: string
  readonly state: ItemState
  /** One line: what was seen, or what is lacking. */
  readonly why: string
  /** What to do; null where nothing is. */
  readonly hint: string | null
}

/** How migration day stands. */
export interface ChecklistReport {
  readonly kind: 'migration-checklist-report'
  readonly version: 1
  readonly at: string
  readonly migrationAt: string
  readonly answer: 'GO' | 'NO-GO'
  /** Everything is done. A GO with `complete: false` says only that nothing is overdue. */
  readonly complete: boolean
  readonly missing: readonly ItemId[]
  readonly items: readonly JudgedItem[]
  /** Sets that a prune at the end of the migration would delete. */
  readonly expiring: readonly string[]
  readonly expiresUntil: string
}
