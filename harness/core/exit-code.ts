import type { FaultKind } from './fault-codes.ts'

/** What scripts and CI may depend on (docs/verdict-rules.md). 1 is NO-GO alone: a crash of ours is 70. */
export const exitCode = { go: 0, noGo: 1, undecided: 2, refused: 64, defect: 70 } as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

export function exitCodeOfFault(kind: FaultKind): ExitCode {
  switch (kind) {
    case 'refused':
      return exitCode.refused
    case 'backup':
      return exitCode.noGo
    case 'environment':
      return exitCode.undecided
    case 'defect':
      return exitCode.defect
    default:
      throw new TypeError(`unhandled ${JSON.stringify(kind satisfies never)}`)
  }
}
