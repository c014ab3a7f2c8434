import { asFault } from '../core/index.ts'
import type { SpecOutcome, Verdict } from '../verdict/index.ts'
import type { SpecContext, SpecReport, SpecSession } from './spec-runner.ts'

/** What came of the specs: a process that died is a report too, unless we ended it. */
export async function runSpecs(session: SpecSession, context: SpecContext, signal: AbortSignal): Promise<SpecReport> {
  try {
    return await session.run(context)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind === 'defect' || signal.aborted) throw fault
    return { tests: [], errors: [fault.message] }
  }
}

/**
 * The tests as the verdict counts them. A test that only repeats a check of the run that is red, open or not asked for adds nothing
 * and is left out; one that disagrees with it is kept. What went wrong outside any test counts as one that never ran.
 */
export function specOutcomes(report: SpecReport, { checks }: Verdict): SpecOutcome[] {
  const closed = new Set(checks.filter(({ status }) => status === 'same').map(({ check }) => check))
  const counted = report.tests.filter(
    ({ mirrors, state }) => state === 'passed' || mirrors === null || closed.has(mirrors),
  )
  const broken = report.errors.map((message, index): SpecOutcome => ({
    file: 'specs',
    title: `no error outside a test (${index + 1})`,
    state: 'not-run',
    message,
  }))
  return [...counted, ...broken]
}
