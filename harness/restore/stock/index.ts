export { clientFolders, findStockClients, type ClientNeed } from './find-clients.ts'
export { probeClients } from './probe-clients.ts'
export { restoreStock } from './restore-stock.ts'
export type { ClientRun, ServerWarning, StockClients, StockFile, StockOptions, StockRestore } from './types.ts'
