import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'

export interface SilenceLimits {
  /** What a test or a hook may take that says nothing of its own. */
  readonly testTimeoutMs: number
  readonly graceMs: number
}

/**
 * Ends a run of specs of which nothing is heard any more. vitest's own limits are timers in the worker: a loop that
 * never yields, or a file that never finishes loading, is out of their reach.
 */
export class SilenceWatch implements Reporter, Disposable {
  readonly #limits: SilenceLimits
  readonly #onSilence: (modules: readonly TestModule[], message: string) => void
  #vitest: Vitest | null = null
  #timer: NodeJS.Timeout | undefined
  #module: TestModule | null = null
  #hooks = 0

  constructor(limits: SilenceLimits, onSilence: (modules: readonly TestModule[], message: string) => void) {
    this.#limits = limits
    this.#onSilence = onSilence
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
    this.#heard()
  }

  onTestModuleQueued(module: TestModule): void {
    this.#module = module
    this.#heard()
  }

  onTestModuleCollected(module: TestModule): void {
    this.#module = module
    this.#heard()
  }

  onTestModuleEnd(): void {
    this.#heard()
  }

  onTestCaseReady(): void {
    this.#heard()
  }

  onTestCaseResult(): void {
    this.#heard()
  }

  onHookStart(): void {
    this.#hooks += 1
    this.#heard()
  }

  onHookEnd(): void {
    this.#hooks -= 1
    this.#heard()
  }

  onUserConsoleLog(): void {
    this.#heard()
  }

  onTestRunEnd(): void {
    this[Symbol.dispose]()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#vitest = null
  }

  #heard(): void {
    clearTimeout(this.#timer)
    if (this.#vitest === null) return
    const limitMs = this.#limitMs() + this.#limits.graceMs
    this.#timer = setTimeout(() => this.#end(limitMs), limitMs)
  }

  /** The most that what is going on may take by its own limits. */
  #limitMs(): number {
    const tests = [...(this.#module?.children.allTests() ?? [])]
    if (tests.length === 0 || this.#hooks > 0) return this.#limits.testTimeoutMs
    return Math.max(...tests.map((test) => this.#limitOf(test)))
  }

  #limitOf({ options }: TestCase): number {
    const retries = typeof options.retry === 'number' ? options.retry : (options.retry?.count ?? 0)
    return (options.timeout ?? this.#limits.testTimeoutMs) * (1 + retries) * (1 + (options.repeats ?? 0))
  }

  #end(limitMs: number): void {
    const modules = this.#vitest?.state.getTestModules() ?? []
    this[Symbol.dispose]()
    const seconds = (limitMs / 1_000).toFixed(1)
    this.#onSilence(modules, `nothing was heard of the specs for ${seconds} s: something in them never ends`)
  }
}
