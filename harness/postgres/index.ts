export { connect, type ConnectOptions } from './connect.ts'
export { openProduction } from './production.ts'
export type { Outcome, Refusal, ServerAddress, Session } from './types.ts'
