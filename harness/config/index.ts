export { defineRehearsal } from './define-rehearsal.ts'
export { settings, type ConfigFlags, type Setting } from './settings.ts'
export type {
  Bounds,
  ConfigOrigin,
  ConfigValues,
  ConnectionName,
  Duration,
  EngineChoice,
  EngineClaim,
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
