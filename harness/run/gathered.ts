import type { BackupSet, FileCheck } from '../backup/index.ts'
import type { Facts } from '../facts/index.ts'
import type { InoculationReport } from '../inoculation/index.ts'
import type { MigrationReport } from '../migration/index.ts'
import type { Comparison } from './compare-restored.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { ReadDump } from './read-dumps.ts'
import type { RestoredSet } from './restore-set.ts'
import type { SpecReport } from './spec-runner.ts'
import type { StartedEngine } from './start-engine.ts'

/** What a rehearsal has in hand so far: each phase adds to it, and the report is made of whatever there is at the end. */
export interface Gathered {
  set: BackupSet | null
  /** Which set exactly, before anything was read of it. */
  setDigest: string | null
  checks: readonly FileCheck[]
  /** Folder of Supabase Storage's files in the set; null where there is none. */
  storage: string | null
  dumps: readonly ReadDump[]
  choice: DumpChoice | null
  baseline: Facts | null
  engine: StartedEngine | null
  restored: RestoredSet | null
  facts: Facts | null
  comparison: Comparison | null
  inoculation: InoculationReport | null
  specs: SpecReport | null
  migration: MigrationReport | null
}

export function nothingGathered(): Gathered {
  return {
    set: null,
    setDigest: null,
    checks: [],
    storage: null,
    dumps: [],
    choice: null,
    baseline: null,
    engine: null,
    restored: null,
    facts: null,
    comparison: null,
    inoculation: null,
    specs: null,
    migration: null,
  }
}
