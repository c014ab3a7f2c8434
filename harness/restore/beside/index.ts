export { loadBeside, type BesideLoaded } from './load-beside.ts'
export { lookInto, planBeside, type LookedFile } from './plan-beside.ts'
export { readPairs } from './read-pairs.ts'
export type { BesideLeftOut, BesidePlan, BesideTable, Renamed, TypedPair } from './types.ts'
