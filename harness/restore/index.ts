export { refreshViews, type RefreshedView } from './refresh-views.ts'
export { restoreDumps, type DumpFile, type RestoreOptions } from './restore-dumps.ts'
export type { LoadedTable, RefusalMeaning, RefusedStatement, RestoreLedger, SkippedStatement } from './types.ts'
