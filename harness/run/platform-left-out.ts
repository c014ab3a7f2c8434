import type { DumpSummary } from '../dump/index.ts'
import type { Facts } from '../facts/index.ts'
import { uncoveredBy, type Platform, type Uncovered } from '../supabase/index.ts'
import type { DumpChoice } from './choose-dumps.ts'
import type { StartedEngine } from './start-engine.ts'

/** What of a Supabase project these dumps leave to the platform. */
export function leftToSupabase(platform: Platform, summaries: readonly DumpSummary[]): Uncovered {
  const rolesCreated = summaries.flatMap((summary) => summary.rolesCreated)
  const schemasCreated = summaries.flatMap((summary) => summary.schemasCreated)
  const withRows = summaries.flatMap(({ tables }) => tables.filter(({ hasData }) => hasData))
  return uncoveredBy(platform, {
    rolesCreated,
    schemasCreated,
    isOfCli: summaries.some(({ writer }) => writer === 'supabase-cli'),
    schemasWithRows: [...new Set(withRows.map(({ schema }) => schema))],
  })
}

/** Schemas of production that the dumps leave to the platform altogether, and rows that they leave out, for a report. */
export function listLeftOut(
  engine: StartedEngine | null,
  choice: DumpChoice | null,
  baseline: Facts | null,
): readonly { readonly what: string; readonly why: string }[] {
  if (!engine || !choice || !baseline) return []
  const { platform } = engine
  const { schemas, withoutRows } = leftToSupabase(
    platform,
    choice.restored.map(({ summary }) => summary),
  )
  const there = schemas.filter((schema) => baseline.schemas.includes(schema) && !platform.schemas.includes(schema))
  const rows = baseline.tables.filter(
    (table) =>
      table.rows !== '0' &&
      (withoutRows.includes(table.schema) || withoutRows.includes(`${table.schema}.${table.name}`)),
  )
  return [
    ...there.map((schema) => ({ what: `schema ${schema}`, why: "it is the platform's, and not in this backup" })),
    ...rows.map((table) => ({
      what: `rows of ${table.schema}.${table.name}`,
      why: `production has ${table.rows}, and such a dump never holds them`,
    })),
  ]
}
