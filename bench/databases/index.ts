export { manyTables } from './many-tables.ts'
export { mixedDatabase } from './mixed.ts'
export { narrowDatabase } from './narrow.ts'
