export type { Facts, ServerFacts, ObjectKind, ObjectFact, TableFact, SequenceFact } from './types.ts'
