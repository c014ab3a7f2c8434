import type { Answer } from '../verdict/index.ts'
import type { RehearsalRecord } from './types.ts'

const graver: readonly Answer[] = ['NO-GO', 'UNDECIDED', 'GO']
const codes = { GO: 0, 'NO-GO': 1, UNDECIDED: 2 } as const

/** What the process ends with: the graver of the backup's answer and the migration's (docs/decisions/0009). */
export function exitCodeOfRecord({ verdict, migration }: RehearsalRecord): 0 | 1 | 2 {
  const answers = new Set<Answer>([verdict.answer, migration?.answer ?? 'GO'])
  return codes[graver.find((answer) => answers.has(answer)) ?? 'UNDECIDED']
}
