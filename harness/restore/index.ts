export {
  loadBeside,
  lookInto,
  planBeside,
  readPairs,
  type BesideLoaded,
  type BesidePlan,
  type BesideTable,
  type LookedFile,
} from './beside/index.ts'
export { checkGeneratedColumns, type StaleColumn } from './check-generated-columns.ts'
export { Deputy } from './deputy/deputy.ts'
export { checkForeignKeys } from './check-foreign-keys.ts'
export { adoptRole } from './keep-roles.ts'
export { mayViewNeedRights } from './rights-rules.ts'
export { isOutOfReach } from './refusal-rules.ts'
export { leftToPlatform } from './skip-rules.ts'
export { refreshViews, type RefreshedView } from './refresh-views.ts'
export { restoreDumps, type DumpFile, type RestoreOptions } from './restore-dumps.ts'
export type {
  LoadedTable,
  OrphanedRows,
  RefusalMeaning,
  RefusedStatement,
  RestoreLedger,
  SkippedStatement,
} from './types.ts'
export {
  requireOneDatabase,
  selectEntries,
  type LeftOut,
  type Selection,
  type SelectionRequest,
} from './select-entries.ts'
export {
  clientFolders,
  findStockClients,
  probeClients,
  restoreStock,
  type StockClients,
  type StockFile,
  type StockOptions,
  type StockRestore,
} from './stock/index.ts'
export type { RestoreTarget } from './target.ts'
