export type ItemId = (typeof checklistItems)[number]['id']

/** Minutes before the migration at which a step begins. */
export type StepMinutes = 60 | 30 | 15 | 0

interface Item {
  readonly id: string
  readonly step: StepMinutes
  /** `machine`: read or run here. `person`: signed off by name, never ticked by us. */
  readonly by: 'machine' | 'person'
  readonly text: string
}

/** The steps of migration day and what each asks for; `platform` only of a project of Supabase. What a step begins is due when the next one begins. */
export const checklistItems = [
  { id: 'rollback-plan', step: 60, by: 'person', text: 'the rollback plan is written and ready' },
  { id: 'team-told', step: 60, by: 'person', text: 'the team is told, and its channel is open' },
  { id: 'full-backup', step: 60, by: 'machine', text: 'a sealed backup of the whole database' },
  { id: 'labelled', step: 60, by: 'machine', text: 'it has the label pre-migration' },
  { id: 'platform', step: 60, by: 'machine', text: 'Supabase has a backup of its own that outlives it' },
  { id: 'verified', step: 30, by: 'machine', text: 'every file of it is as it was written' },
  { id: 'rehearsed', step: 30, by: 'machine', text: 'a rehearsal of it said GO' },
  { id: 'kept', step: 30, by: 'machine', text: 'no prune deletes it before the migration is over' },
  { id: 'fresh-backup', step: 15, by: 'machine', text: 'a fresh backup, just before' },
  { id: 'fresh-verified', step: 15, by: 'machine', text: 'every file of the fresh one is as it was written' },
  { id: 'fresh-age', step: 0, by: 'machine', text: 'the age of the fresh one at T-0' },
  { id: 'sign-off', step: 0, by: 'person', text: 'whoever decides says: begin' },
] as const satisfies readonly Item[]

const nextStep: Readonly<Record<StepMinutes, StepMinutes>> = { 60: 30, 30: 15, 15: 0, 0: 0 }

/** When the step of an item begins, and when the item is due. */
export function timesOf({ step }: { readonly step: StepMinutes }, migrationAt: Date): { begins: Date; due: Date } {
  const before = (minutes: number) => new Date(migrationAt.getTime() - minutes * 60_000)
  return { begins: before(step), due: before(nextStep[step]) }
}
