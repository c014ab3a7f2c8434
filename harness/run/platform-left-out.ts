import type { DumpSummary } from '../dump/index.ts'
import { partsOfIdentity, type Facts, type ObjectFact } from '../facts/index.ts'
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
    // Rows by another tool may have the CLI's roles beside them.
    isOfCli: isOfCli(summaries.filter(({ holds }) => holds.data)),
    schemasWithRows: [...new Set(withRows.map(({ schema }) => schema))],
  })
}

/** Schemas of production that the dumps leave to the platform altogether, and rows that they leave out, for a report. */
export function listLeftOut(
  engine: StartedEngine | null,
  choice: DumpChoice | null,
  baseline: Facts | null,
): readonly { readonly what: string; readonly why: string }[] {
  if (!engine || !choice) return []
  const { platform } = engine
  const summaries = choice.restored.map(({ summary }) => summary)
  if (!baseline) return isOfCli(summaries.filter(({ holds }) => holds.schema)) ? [leftOutByCli] : []
  const { roles, schemas, withoutRows } = leftToSupabase(platform, summaries)
  const there = schemas.filter((schema) => baseline.schemas.includes(schema) && !platform.schemas.includes(schema))
  const rows = baseline.tables.filter(
    (table) =>
      table.rows !== '0' &&
      (withoutRows.includes(table.schema) || withoutRows.includes(`${table.schema}.${table.name}`)),
  )
  return [
    ...(roles.includes(maker) && baseline.objects.some(isDefaultOfMaker) ? [defaultsOfMaker] : []),
    ...there.map((schema) => ({ what: `schema ${schema}`, why: "it is the platform's, and not in this backup" })),
    ...rows.map((table) => ({
      what: `rows of ${table.schema}.${table.name}`,
      why: `production has ${table.rows}, and such a dump never holds them`,
    })),
  ]
}

function isOfCli(summaries: readonly DumpSummary[]): boolean {
  return summaries.some(({ writer }) => writer === 'supabase-cli')
}

/** The platform's own superuser. */
const maker = 'supabase_admin'

function isDefaultOfMaker({ kind, identity }: ObjectFact): boolean {
  return kind === 'default privileges' && partsOfIdentity(identity)[1] === maker
}

const defaultsOfMaker = {
  what: `default privileges that ${maker} gives`,
  why: 'the dump leaves them to the platform, which has its own in every project',
}

const leftOutByCli = {
  what: 'what the Supabase CLI leaves out',
  why:
    'there is nothing to see in whether production has any: event triggers, triggers and policies on tables of the ' +
    'platform, memberships and settings of its roles, settings of the database, large objects, secrets of the vault, ' +
    'the history of migrations',
}
