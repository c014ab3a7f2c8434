export type { EngineKind, EngineNeed, Isolation, DisposableServer, EngineOptions, Engine, EngineLack } from './types.ts'
