import { describe, test } from 'vitest'
import type { CheckId, Finding } from '../compare/index.ts'
import { rehearsal } from './context.ts'
import './matchers.ts'
import { expect } from 'vitest'

declare module 'vitest' {
  interface TaskMeta {
    /** The run's own check that a test repeats. */
    mirrors?: CheckId
  }
}

/**
 * One test for each finding of a check: what the run saw, as tests that read as claims. A check that was planned and
 * never reported is a failed claim, one that was not planned says so and holds.
 */
export function claims(check: CheckId, title: (finding: Finding) => string): void {
  const { findings, planned } = rehearsal()
  const found = findings.filter((finding) => finding.check === check)
  describe(check, () => {
    if (found.length === 0) {
      test(planned.includes(check) ? 'has reported' : 'is not part of this rehearsal', ({ task }) => {
        task.meta.mirrors = check
        expect(planned, `${check} was planned and nothing was found`).not.toContain(check)
      })
    }
    for (const finding of found) {
      test(title(finding), ({ task, skip }) => {
        task.meta.mirrors = check
        if (finding.status === 'not-checked' && !finding.notice) skip(finding.message)
        expect(finding).toHold()
      })
    }
  })
}
