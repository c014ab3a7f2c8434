import type { SetFinding } from '../harness/backup/index.ts'
import { exitCode, scrubLine, type ExitCode } from '../harness/core/index.ts'

/** One set that was read again. */
export interface VerifiedSet {
  readonly name: string
  readonly place: string
  readonly createdAt: string | null
  readonly answer: 'GO' | 'NO-GO' | 'UNDECIDED'
  readonly findings: readonly SetFinding[]
}

/** Something differs: NO-GO. Else something could not be looked at, or nothing was: UNDECIDED. */
export function answerOf(findings: readonly SetFinding[]): VerifiedSet['answer'] {
  if (findings.some(({ status }) => status === 'differs')) return 'NO-GO'
  if (findings.length === 0 || findings.some(({ status }) => status === 'not-checked')) return 'UNDECIDED'
  return 'GO'
}

export function codeOfSets(sets: readonly VerifiedSet[]): ExitCode {
  const answers = sets.map(({ answer }) => answer)
  if (answers.includes('NO-GO')) return exitCode.noGo
  return answers.length === 0 || answers.includes('UNDECIDED') ? exitCode.undecided : exitCode.go
}

/** A line a set; under it everything that is not well, and one line for what is. */
export function renderVerified(sets: readonly VerifiedSet[]): string {
  const names = sets.map(({ name }) => name)
  // A copy of a set has its name: where it lies tells them apart.
  const isCopied = (name: string) => names.indexOf(name) !== names.lastIndexOf(name)
  return sets.flatMap((set) => linesOf(set, isCopied(set.name))).join('\n')
}

function linesOf({ name, place, answer, createdAt, findings }: VerifiedSet, hasCopies: boolean): string[] {
  const good = findings.filter(({ status }) => status === 'same').length
  const taken = createdAt === null ? '' : `  taken ${createdAt}`
  const bad = findings
    .filter(({ status }) => status !== 'same')
    .flatMap(({ code, message, hint }) => [
      `    ${code ?? 'not checked'}: ${message}`,
      ...(hint === null ? [] : [`      → ${hint}`]),
    ])
  const where = hasCopies ? `  in ${scrubLine(place)}` : ''
  return [`${answer.padEnd(9)} ${name}${taken}${where}`, ...bad, `    ${good} of ${findings.length} checks are well`]
}
