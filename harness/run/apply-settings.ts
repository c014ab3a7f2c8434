import { quoteIdentifier } from '../core/index.ts'
import { readDatabaseSettings, type DatabaseSetting, type DumpSummary } from '../dump/index.ts'
import type { Outcome, Refusal } from '../postgres/index.ts'

/** What loads code, or would shut us out: never set. */
const neverSet = /preload_libraries$|^(?:dynamic_library_path|default_transaction_read_only|event_triggers)$/i

/** A setting that an archive holds and that the database did not get. */
export interface UnsetSetting {
  /** Whose sessions it is for; null for everybody's. */
  readonly role: string | null
  readonly name: string
  /** Null: it was not tried. */
  readonly refusal: Refusal | null
}

export interface AppliedSettings {
  /** Names alone: a value may be a secret. */
  readonly set: readonly string[]
  readonly unset: readonly UnsetSetting[]
}

/** What archives say of sessions in their database: they hold it, whoever took them. */
export async function settingsOf(
  summaries: readonly DumpSummary[],
  signal?: AbortSignal,
): Promise<readonly DatabaseSetting[]> {
  const settings: DatabaseSetting[] = []
  for (const summary of summaries) {
    // Only one that was restored into this database: a cluster's dumps name theirs. One that is damaged is not read again.
    if (summary.databases.length === 0 && summary.problems.length === 0)
      settings.push(...(await readDatabaseSettings(summary, signal)))
  }
  return settings
}

/** Sets them on that database, as `pg_restore --create` does. Literals are read with standard_conforming_strings. */
export async function applySettings(
  settings: readonly DatabaseSetting[],
  database: string,
  run: (verb: string, text: string) => Promise<Outcome>,
): Promise<AppliedSettings> {
  const set = new Set<string>()
  const unset: UnsetSetting[] = []
  for (const { role, name, literals } of settings) {
    if (neverSet.test(name)) {
      unset.push({ role, name, refusal: null })
      continue
    }
    const whose = role === null ? '' : `ROLE ${quoteIdentifier(role)} IN `
    const verb = role === null ? 'ALTER DATABASE SET' : 'ALTER ROLE SET'
    const outcome = await run(
      verb,
      `ALTER ${whose}DATABASE ${quoteIdentifier(database)} SET ${quoteIdentifier(name)} TO ${literals}`,
    )
    if (outcome.ok) set.add(name)
    else unset.push({ role, name, refusal: outcome.refusal })
  }
  return { set: [...set].sort(), unset }
}
