export { gateCode } from './gate-codes.ts'
export { serverEngine, type NamedServer, type ServerEngineOptions } from './server-engine.ts'
