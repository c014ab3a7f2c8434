/** What a project's `rehearsal.config.ts` imports. Matchers and fixtures for its specs are in `pg-rehearsal/vitest`. */
export { defineRehearsal } from './harness/config/index.ts'
export type {
  ConnectionName,
  Duration,
  EngineChoice,
  EngineClaim,
  Expectation,
  QueryClaim,
  QueryValue,
  Range,
  Ratio,
  RehearsalConfig,
  Size,
  WaiverClaim,
} from './harness/config/index.ts'
