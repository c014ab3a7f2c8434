import { scrubLine, type FaultCode } from '../core/index.ts'
import type { DumpPosition, DumpProblem } from './types.ts'

export interface ProblemText {
  readonly code: FaultCode
  readonly message: string
  readonly hint: string
}

/** A problem as an entry; every word of it may come from the dump, so all of it is scrubbed. */
export function problemAt(
  at: DumpPosition,
  text: ProblemText,
  object: string | null = null,
  severity: 'fatal' | 'goes on' = 'fatal',
): DumpProblem {
  return {
    kind: 'problem',
    offset: at.offset,
    line: at.line,
    code: text.code,
    message: scrubLine(text.message),
    hint: scrubLine(text.hint),
    object: object === null ? null : scrubLine(object),
    fatal: severity === 'fatal',
  }
}
