export { diffSides } from './diff-sides.ts'
export { observeDatabase, type ObserveDatabaseOptions } from './observe-database.ts'
export { depths, type Depth, type DiffReport, type DiffRequest } from './types.ts'
