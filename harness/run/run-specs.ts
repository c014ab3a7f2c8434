import { asFault } from '../core/index.ts'
import { isWaived, type SpecOutcome, type WaiverOutcome } from '../verdict/index.ts'
import type { Finding } from '../compare/index.ts'
import type { SpecContext, SpecReport, SpecSession } from './spec-runner.ts'

/** What came of the specs: a process that died is a report too. */
export async function runSpecs(session: SpecSession, context: SpecContext): Promise<SpecReport> {
  try {
    return await session.run(context)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.kind === 'defect') throw fault
    return { tests: [], errors: [fault.message] }
  }
}

/**
 * The tests as the verdict counts them. A test that only repeats a red or open check of the run adds nothing and is
 * left out; one that disagrees with it is kept. What went wrong outside any test counts as a test that never ran.
 */
export function specOutcomes(
  report: SpecReport,
  findings: readonly Finding[],
  waivers: readonly WaiverOutcome[],
): SpecOutcome[] {
  const open = new Set(
    findings
      .filter((finding) => finding.status !== 'same' && !finding.notice && !isWaived(finding, waivers))
      .map(({ check }) => check),
  )
  const counted = report.tests.filter(
    ({ mirrors, state }) => state === 'passed' || mirrors === null || !open.has(mirrors),
  )
  const broken = report.errors.map((message, index): SpecOutcome => ({
    file: 'specs',
    title: `ran without an error of their own (${index + 1})`,
    state: 'not-run',
    message,
  }))
  return [...counted, ...broken]
}
