import type { BesidePlan, Selection } from '../../restore/index.ts'
import type { ChosenFiles } from './choose-files.ts'
import type { TargetState } from './look-at-target.ts'
import type { ChosenSet } from './open-backup.ts'
import type { BringBackPlan } from './types.ts'

export interface PlanDetails {
  readonly set: ChosenSet
  readonly source: string
  readonly trust: readonly string[]
  readonly proof: string
  readonly warnings: readonly string[]
}

/** What is about to be done, from all that was looked at. */
export function planOf(
  files: ChosenFiles,
  target: TargetState,
  selection: Selection,
  details: PlanDetails,
): BringBackPlan {
  return {
    ...headOf(files, target, details),
    beside: [],
    wanted: selection.wanted,
    tables: selection.filled.length,
    leftOut: selection.leftOut,
    warnings: [...details.warnings, ...missingNames(files, target), ...unprovable(files)],
  }
}

/** The same, of tables that come under other names. */
export function planOfBeside(
  files: ChosenFiles,
  target: TargetState,
  { tables, files: planned, leftOut }: BesidePlan,
  details: PlanDetails,
): BringBackPlan {
  const steps = planned.flatMap((file) => file.steps)
  return {
    ...headOf(files, target, details),
    beside: tables,
    wanted: steps.filter(({ kind }) => kind !== 'setting').length,
    tables: new Set(steps.flatMap((step) => ('into' in step ? [step.into] : []))).size,
    leftOut,
    warnings: [...details.warnings, ...unprovable(files)],
  }
}

function headOf(
  files: ChosenFiles,
  { place, server }: TargetState,
  { set, source, trust, proof }: PlanDetails,
): Pick<BringBackPlan, 'set' | 'files' | 'why' | 'trust' | 'target'> {
  return {
    set,
    files: files.dumps.map(({ name, dump: { summary } }) => ({
      name,
      fileBytes: summary.fileBytes,
      plainBytes: summary.plainBytes,
      serverVersion: summary.serverVersion,
    })),
    why: files.why,
    trust,
    target: {
      ...place,
      source,
      serverVersion: server.version,
      databaseBytes: Number(server.databaseBytes),
      notProduction: proof,
    },
  }
}

/** Roles and schemas that the dumps refer to, that none of them makes and the target does not have. */
function missingNames({ dumps }: ChosenFiles, { roles, schemas }: TargetState): readonly string[] {
  const all = dumps.map(({ dump: { summary } }) => summary)
  const lacks = (mentioned: readonly string[], created: readonly string[], there: ReadonlySet<string>): string[] =>
    [...new Set(mentioned)].filter(
      (name) => !created.includes(name) && !there.has(name) && name !== 'public' && !name.startsWith('pg_'),
    )
  const lackingRoles = lacks(
    all.flatMap(({ rolesMentioned }) => rolesMentioned),
    all.flatMap(({ rolesCreated }) => rolesCreated),
    roles,
  )
  const lackingSchemas = lacks(
    all.flatMap(({ schemasMentioned }) => schemasMentioned),
    all.flatMap(({ schemasCreated }) => schemasCreated),
    schemas,
  )
  // Rows of a trigger or a rule are named like schemas.
  const real = lackingSchemas.filter((name) => !['new', 'old', 'excluded'].includes(name))
  return [
    ...(lackingRoles.length > 0
      ? [`the target lacks roles that the dump gives something to, and it will refuse that: ${lackingRoles.join(', ')}`]
      : []),
    ...(real.length > 0 ? [`the target lacks schemas that the dump refers to: ${real.join(', ')}`] : []),
  ]
}

function unprovable({ dumps }: ChosenFiles): readonly string[] {
  return dumps.flatMap(({ name, dump: { summary } }) =>
    summary.completeness === 'unprovable' ? [`${name} has no end marker: whether it is whole can't be told`] : [],
  )
}
