export { defineRehearsal } from './define-rehearsal.ts'
export { configJsonSchema } from './config-json-schema.ts'
export { configTemplate } from './config-template.ts'
export { loadConfig, type ConfigRequest } from './load-config.ts'
export { isStored } from './is-stored.ts'
export { resolveConnection } from './resolve-connection.ts'
export { settings, type ConfigFlags, type Setting } from './settings.ts'
export type { EngineClaim, MigrationClaim, QueryClaim, QueryValue, WaiverClaim } from './claims.ts'
export type { Bounds, ConfigOrigin, ConfigValues, QueryExpectation, ResolvedConfig } from './config-values.ts'
export type { RehearsalConfig } from './rehearsal-config.ts'
export type {
  ConnectionName,
  Duration,
  EngineChoice,
  Expectation,
  Range,
  Ratio,
  RestorerChoice,
  Size,
} from './words.ts'
