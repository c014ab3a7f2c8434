import { formatCount } from '../core/index.ts'
import { identityOf } from '../facts/index.ts'
import { notChecked, rowsOf } from './findings.ts'
import type { CompareOptions } from './options.ts'
import type { Finding } from './types.ts'

/** Extensions that keep their own working state in tables, which no restore is to bring back. */
const keepsWorkingState =
  /^(?:citus.*|hypopg|pg_cron|pg_graphql|pg_net|pg_partman|pg_repack|pg_stat.*|pglogical.*|pgsodium|supabase_vault|timescaledb.*|wrappers)$/

/**
 * For the check `row counts`: rows of an extension's tables that no dump holds, since the extension never marked them. What
 * the extension's script inserts is there again after a restore, and nothing is said of it. Facts from before this was
 * recorded say nothing.
 */
export function compareExtensionTables({ baseline, restored, notCovered }: CompareOptions): Finding[] {
  const rowsThere = new Map(
    (restored.extensionTables ?? []).map(({ schema, name, rows }) => [identityOf([schema, name]), rows]),
  )
  // One that is marked on the copy, or no extension's there, is among the tables.
  for (const { schema, name, rows } of restored.tables) rowsThere.set(identityOf([schema, name]), rows)
  return (baseline.extensionTables ?? []).flatMap(({ schema, name, extension, rows }) => {
    const object = identityOf([schema, name])
    const there = rowsThere.get(object) ?? '0'
    if (BigInt(there) >= BigInt(rows)) return []
    const isState =
      keepsWorkingState.test(extension) ||
      (notCovered?.schemas ?? []).includes(schema) ||
      (notCovered?.extensions ?? []).includes(extension)
    return [
      notChecked('row counts', {
        object,
        message: `${object} belongs to extension ${extension}, which does not mark it for dumps: ${formatCount(there)} of ${rowsOf(rows)} came back`,
        expected: rows,
        actual: there,
        remedy: isState
          ? `nothing, if these are working state of ${extension}`
          : `call pg_extension_config_dump('${object}', '') in a script of ${extension}, or take its rows beside the dump (COPY); take the table out of the extension if it is yours`,
        notice: isState,
      }),
    ]
  })
}
