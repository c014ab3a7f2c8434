import { defineConfig } from 'vitest/config'

/** The harness' own tests. Claims about a backup live in `specs/` and run inside a rehearsal, not here. */
export default defineConfig({
  test: {
    include: ['harness/**/*.test.ts', 'scripts/**/*.test.ts', 'fixtures/**/*.test.ts'],
    reporters: ['default', './harness/vitest/plain-count-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    allowOnly: false,
    passWithNoTests: false,
    retry: 0,
    pool: 'forks',
    maxWorkers: 2,
  },
})
