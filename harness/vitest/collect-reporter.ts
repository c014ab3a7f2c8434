import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, TestCase, TestModule } from 'vitest/node'
import { scrub, scrubLine } from '../core/index.ts'
import type { SpecOutcome, SpecReport } from '../run/index.ts'

/** Collects what ran; decides nothing (a reporter that throws is swallowed, and finishes before teardown). */
export class CollectReporter implements Reporter {
  readonly errors: string[] = []
  readonly #tests: SpecOutcome[] = []
  readonly #packageRoot: string
  readonly #projectRoot: string
  /** Files that must report, absolute. */
  readonly #due: Set<string>

  constructor(packageRoot: string, projectRoot: string, files: readonly string[]) {
    this.#packageRoot = packageRoot
    this.#projectRoot = projectRoot
    this.#due = new Set(files)
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly { message: string }[]): void {
    for (const error of unhandled) this.errors.push(plain(error.message))
    for (const module of modules) {
      this.#due.delete(module.moduleId)
      const file = this.#nameOf(module.moduleId)
      const tests = [...module.children.allTests()]
      for (const error of module.errors()) this.errors.push(`${file}: ${plain(error.message)}`)
      if (tests.length === 0 && module.errors().length === 0) this.errors.push(`${file}: no test in it ran`)
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors()) this.errors.push(`${file} > ${suite.fullName}: ${plain(error.message)}`)
      }
      this.#tests.push(...tests.map((test) => toOutcome(file, test)))
    }
  }

  report(): SpecReport {
    const missing = [...this.#due].map((path) => `${this.#nameOf(path)}: it did not run`)
    return { tests: this.#tests, errors: [...this.errors, ...missing] }
  }

  /** `specs/rows.spec.ts` for ours and the user's alike; ours say where they come from. */
  #nameOf(path: string): string {
    const inPackage = relative(this.#packageRoot, path)
    if (inPackage.startsWith('specs/')) return `rehearse/${inPackage}`
    return relative(this.#projectRoot, path)
  }
}

function toOutcome(file: string, test: TestCase): SpecOutcome {
  const result = test.result()
  const states = { passed: 'passed', failed: 'failed', skipped: 'skipped', pending: 'not-run' } as const
  const note = result.state === 'skipped' ? result.note : result.errors?.[0]?.message
  return {
    file,
    title: test.fullName,
    state: states[result.state],
    durationMs: test.diagnostic()?.duration ?? 0,
    message: note ? scrubLine(stripVTControlCharacters(note)) : null,
    mirrors: test.meta().mirrors ?? null,
  }
}

function plain(message: string): string {
  return scrub(stripVTControlCharacters(message))
}
