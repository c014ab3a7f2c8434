export type { RefusedStatement, LoadedTable, RestoreLedger } from './types.ts'
