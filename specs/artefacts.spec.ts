import { claims } from '../harness/vitest/index.ts'

claims('artefacts', ({ object, message }) =>
  object === null ? message : `${object} is as it was when the set was written`,
)
claims('completeness', ({ object }) => `${object ?? 'the dump'} was written to its end`)
claims('content kind', ({ object }) => `${object ?? 'the set'} holds what a backup must hold`)
