import { describe, expect, test } from 'vitest'
import type { CheckId, Finding } from '../compare/index.ts'
import { rehearsal } from './context.ts'
import './matchers.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** The run's own check that a test repeats. */
    mirrors?: CheckId
  }
}

/**
 * One test for each finding of a check: what the run saw, as tests that read as claims. A check that was planned and
 * never reported is a skipped claim, one that was not planned says so and holds.
 */
export function claims(check: CheckId, title: (finding: Finding) => string): void {
  const { findings, planned } = rehearsal()
  const found = findings.filter((finding) => finding.check === check)
  describe(check, () => {
    if (found.length === 0) {
      test(planned.includes(check) ? 'has reported' : 'is not part of this rehearsal', ({ task, skip }) => {
        task.meta.mirrors = check
        if (planned.includes(check)) skip(`${check} was planned and has not reported`)
        expect(planned).not.toContain(check)
      })
    }
    for (const finding of found) {
      // A claim that holds all the same would say that it is as it was.
      test(finding.notice ? `notice: ${finding.message}` : title(finding), ({ task, skip }) => {
        task.meta.mirrors = check
        if (finding.status === 'not-checked' && !finding.notice) skip(finding.message)
        expect(finding).toHold()
      })
    }
  })
}
