import type { Reporter, TestModule } from 'vitest/node'

/** Closes a test run with `N passed, N failed, N skipped`, alone on its line, for CI that counts tests. */
export default class PlainCountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test) => test.result().state)
      // A file that can't be loaded, or a hook that throws, fails without failing any test.
      if (module.state() === 'failed' && !states.includes('failed')) count.failed += 1
      for (const state of states) {
        if (state === 'passed') count.passed += 1
        else if (state === 'failed') count.failed += 1
        else count.skipped += 1
      }
    }
    // Reporters run in order; the default one prints its summary in the same hook, before this one.
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`)
  }
}
