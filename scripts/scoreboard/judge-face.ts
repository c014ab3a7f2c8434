import type { Expected, ExpectedPeace, Outcome, OutcomeFinding } from '../../fixtures/failures/types.ts'

export interface Judged {
  readonly killed: boolean
  /** What named it; or, where it was not killed, why not. */
  readonly because: string
}

/**
 * Whether a mutant was killed: the answer that its class asks for, and the right object named for the right reason. Its
 * twin must be GO and say nothing of the kind, or the mutant's word was no answer to what is broken.
 */
export function judgeFace(expected: Expected, mutant: Outcome, twin: Outcome): Judged {
  if (twin.answer !== 'GO') return { killed: false, because: `the good twin is ${twin.answer}: ${firstWords(twin)}` }
  if (mutant.answer !== expected.answer) {
    return { killed: false, because: `${mutant.answer}, not ${expected.answer}: ${firstWords(mutant)}` }
  }
  if ('unharmed' in expected) return judgePeace(expected, mutant)
  if (!('check' in expected)) {
    const line = mutant.text.split('\n').find((line) => expected.says.test(line))
    if (line === undefined) return { killed: false, because: `does not say ${expected.says.source}: ${mutant.text}` }
    if (expected.says.test(twin.text)) return { killed: false, because: 'the good twin says it, too' }
    return { killed: true, because: line.trim() }
  }
  const names = (finding: OutcomeFinding): boolean => isNamed(expected, finding)
  const finding = mutant.findings.find(names)
  if (!finding) {
    const wanted = `${expected.check}: ${expected.object ?? '(no object)'}${expected.says ? ` ${expected.says.source}` : ''}`
    return { killed: false, because: `${mutant.answer}, and nothing names ${wanted}: ${firstWords(mutant)}` }
  }
  if (twin.findings.some(names)) return { killed: false, because: `the good twin says it, too: ${finding.message}` }
  return { killed: true, because: finding.message }
}

function judgePeace({ shown }: ExpectedPeace, { findings }: Outcome): Judged {
  if (shown === undefined) return { killed: true, because: 'a good backup, and called good' }
  const { check, object, says } = shown
  const found = findings.find(
    (finding) => finding.notice && finding.check === check && finding.object === object && says.test(finding.message),
  )
  if (found) return { killed: true, because: found.message }
  return { killed: false, because: `GO, and nothing shows ${check}: ${object} ${says.source}` }
}

type ExpectedFinding = Extract<Expected, { readonly check: unknown }>

function isNamed({ answer, check, object, says, attribution }: ExpectedFinding, finding: OutcomeFinding): boolean {
  const status = answer === 'UNDECIDED' ? 'not-checked' : 'differs'
  return (
    finding.check === check &&
    finding.notice === (answer === 'GO') &&
    (finding.status === status || answer === 'GO') &&
    isObject(object, finding.object) &&
    (says === undefined || says.test(finding.message)) &&
    (attribution === undefined || finding.attribution === attribution)
  )
}

/** A file's finding may go on to say which table: `data.sql: public.users`. */
function isObject(wanted: string | null, found: string | null): boolean {
  return found === wanted || (wanted !== null && (found?.startsWith(`${wanted}: `) ?? false))
}

function firstWords({ findings, text }: Outcome): string {
  const red = findings.filter(({ status, notice }) => status !== 'same' && !notice)
  const words = red.map(({ check, object, message }) => `${check} ${object ?? ''}: ${message}`)
  return [...words.slice(0, 5), text.trim()].filter(Boolean).join('; ') || 'nothing'
}
