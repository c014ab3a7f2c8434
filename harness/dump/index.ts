export { openDump, type OpenDumpOptions } from './open-dump.ts'
export { classifyText, type Classified } from './classify.ts'
export { readDatabaseSettings, type DatabaseSetting } from './archive/database-settings.ts'
export { openPlainFile } from './plain-source.ts'
export { literalKind } from './insert-literals.ts'
export { InsertRowReader, readInsertRows, type InsertRows } from './insert-rows.ts'
export { type InsertHead } from './insert-rows-head.ts'
export { CopyText } from './insert-rows-text.ts'
export { inspectDump } from './inspect-dump.ts'
export { outlineDump, type OutlineDumpOptions } from './outline-dump.ts'
export { defaultLimits, type DumpLimits } from './limits.ts'
export {
  identifierOf,
  isSymbol,
  isWord,
  nameAt,
  placedTokensOf,
  tokensOf,
  type PlacedToken,
  type Token,
} from './tokens.ts'
export type {
  DumpText,
  OutlinedCopy,
  OutlinedDump,
  OutlinedInserts,
  OutlinedTransaction,
  OutlineEntry,
  TextRange,
} from './outline.ts'
export type {
  DumpFormat,
  Compression,
  DumpWriter,
  QualifiedName,
  TocLabel,
  DumpPosition,
  DumpProblem,
  StatementEntry,
  InsertEntry,
  CopyEntry,
  ConnectEntry,
  EndEntry,
  DumpEntry,
  DumpTable,
  BareTable,
  DemandKind,
  DumpDemand,
  DumpSummary,
} from './types.ts'
