export { renderDdl, type DdlOptions } from './render-ddl.ts'
