export { catalogue } from './catalogue.ts'
export { inoculate, type InoculateOptions } from './inoculate.ts'
export type { Eyes, Sight } from './see.ts'
export type { Break, BreakOutcome, InoculationReport, Patient } from './types.ts'
