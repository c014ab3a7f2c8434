export { rehearse, type RehearseOptions, type Rehearsed } from './rehearse.ts'
export type { SpecContext, SpecOutcome, SpecReport, SpecRunner, SpecSession } from './spec-runner.ts'
