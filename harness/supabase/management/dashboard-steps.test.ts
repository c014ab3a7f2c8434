import { expect, test } from 'vitest'
import { dashboardSteps, requireKnownStep, roleOfStep } from './dashboard-steps.ts'

test('a step of the dashboard is signed by its own name; a role that is none of its is anybody’s', () => {
  for (const role of [...dashboardSteps.map(roleOfStep), 'Verified by', 'Dashboards']) requireKnownStep(role)
  for (const role of ['Dashboard: spend-cup', 'dashboard: spend-cap', 'Dashboard:spend-cap', 'Dashboard: ']) {
    expect(() => requireKnownStep(role)).toThrow(
      expect.objectContaining({ code: 'E_USAGE', hint: expect.stringContaining('spend-cap') }),
    )
  }
})
