export { chooseEngine, type ChooseOptions, type ChosenEngine } from './choose-engine.ts'
export { containerEngine, type ContainerOptions } from './container/container-engine.ts'
export {
  containedProgramObstacle,
  runContainedProgram,
  type ContainedEnd,
  type ContainedProgram,
} from './container/run-program.ts'
export { embeddedEngine, type EmbeddedOptions } from './embedded/embedded-engine.ts'
export { gateCode, serverEngine, type NamedServer, type ServerEngineOptions } from './server/index.ts'
export type { ForeignState } from './foreign-state.ts'
export { planLaunch, type LaunchPlan } from './embedded/launch-plan.ts'
export { chooseServerUser, type ServerUser } from './server-uid.ts'
export { identifyProcess, livenessOf, type ProcessIdentity } from './process-identity.ts'
export type { Probe } from './probe.ts'
export { probeMachine, type ProbeOptions } from './probe-machine.ts'
export {
  advisories,
  advisoriesAgainst,
  floorOf,
  floorsAsOf,
  floorsTooOld,
  readProgramVersion,
  type Advisory,
  type Program,
  type ProgramVersion,
} from './floors.ts'
export { surveyEngines, type EngineSurvey, type EngineView } from './survey-engines.ts'
export { sweepOrphans } from './sweep-orphans.ts'
export type {
  EngineKind,
  EngineNeed,
  Isolation,
  DisposableServer,
  EngineOptions,
  Engine,
  EngineLack,
  ServerLimits,
} from './types.ts'
