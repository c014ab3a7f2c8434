export { defineRehearsal } from './define-rehearsal.ts'
export { configJsonSchema } from './config-json-schema.ts'
export { configTemplate } from './config-template.ts'
export { loadConfig, type ConfigRequest } from './load-config.ts'
export { isStored } from './is-stored.ts'
export { resolveConnection } from './resolve-connection.ts'
export { settings, type ConfigFlags, type Setting } from './settings.ts'
export type {
  Bounds,
  ConfigOrigin,
  ConfigValues,
  ConnectionName,
  Duration,
  EngineChoice,
  RestorerChoice,
  EngineClaim,
  MigrationClaim,
  Expectation,
  QueryClaim,
  QueryExpectation,
  QueryValue,
  Range,
  Ratio,
  RehearsalConfig,
  ResolvedConfig,
  Size,
  WaiverClaim,
} from './types.ts'
