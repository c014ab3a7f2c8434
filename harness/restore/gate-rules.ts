import { gateCode } from '../engine/index.ts'
import type { RefusalContext } from './refusal-rules.ts'
import type { RefusalMeaning } from './types.ts'

const insufficientPrivilege = '42501'

/** What never reached a server that is not ours: the gate before it has said why. */
export const gateRules: readonly {
  readonly applies: (context: RefusalContext) => boolean
  readonly meaning: RefusalMeaning
  readonly explanation: (context: RefusalContext) => string
}[] = [
  {
    applies: ({ refusal }) => refusal.code === gateCode.leftAlone,
    meaning: 'harmless',
    explanation: () => 'what was on the server before is left as it is, and compared by what the dump says of it',
  },
  {
    applies: ({ refusal }) => refusal.code === gateCode.notRun,
    meaning: 'rights',
    explanation: () => 'it is about what is not ours to change on this server',
  },
  {
    applies: ({ verb, refusal, makesSuperusers }) =>
      !makesSuperusers && verb === 'ALTER EVENT TRIGGER OWNER TO' && refusal.code === insufficientPrivilege,
    meaning: 'rights',
    explanation: () => 'a superuser must own it, and no role is made one on this server',
  },
]
