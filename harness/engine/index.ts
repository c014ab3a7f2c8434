export { embeddedEngine, type EmbeddedOptions } from './embedded/embedded-engine.ts'
export type { EngineKind, EngineNeed, Isolation, DisposableServer, EngineOptions, Engine, EngineLack } from './types.ts'
