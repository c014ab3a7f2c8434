export type { Refusal, Outcome, Session, ServerAddress } from './types.ts'
