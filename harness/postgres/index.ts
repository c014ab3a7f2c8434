export { connect, type ConnectOptions } from './connect.ts'
export { openProduction } from './production.ts'
export { openTarget, placeOf, type TargetPlace } from './target.ts'
export type { Outcome, Refusal, ServerAddress, Session } from './types.ts'
