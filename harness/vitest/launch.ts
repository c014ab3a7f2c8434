import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Fault, scrub } from '../core/index.ts'
import type { SpecContext, SpecReport, SpecRunner, SpecSession } from '../run/index.ts'

/** What the parent tells the child, once it has something to tell. */
export interface SpecOrder {
  readonly root: string
  readonly globs: readonly string[]
  readonly context: SpecContext
}

const childEntry = fileURLToPath(new URL('./specs-child.ts', import.meta.url))

/** How much of what a spec prints is kept for a crash message. Bounded: a spec may print for ever. */
const keptOutputBytes = 4_096

/**
 * Specs run in a process of their own, started while the restore still goes on: what they do (exit, crash, hang, print)
 * can't end or fake the rehearsal, and vitest's memory is not ours. Secrets reach it through the IPC pipe only.
 */
export const vitestSpecRunner: SpecRunner = {
  launch({ root, globs, signal }) {
    return new ChildSession(root, globs, signal)
  },
}

class ChildSession implements SpecSession {
  readonly #child: ChildProcess
  readonly #root: string
  readonly #globs: readonly string[]
  readonly #signal: AbortSignal
  #output = ''

  constructor(root: string, globs: readonly string[], signal: AbortSignal) {
    this.#root = root
    this.#globs = globs
    this.#signal = signal
    this.#child = fork(childEntry, [], {
      cwd: root,
      // Nothing of ours: a spec that wants a variable of the environment is told so by its absence.
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        NODE_ENV: 'test',
        NO_COLOR: '1',
        TZ: process.env['TZ'],
      },
      execArgv: process.execArgv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-keptOutputBytes)
      })
    }
  }

  async run(context: SpecContext): Promise<SpecReport> {
    const report = await new Promise<SpecReport | Fault>((resolve) => {
      this.#child.once('message', (message) => resolve(message as SpecReport))
      this.#child.once('exit', (code, killer) => resolve(this.#endedEarly(code, killer)))
      this.#child.once('error', (cause) =>
        resolve(new Fault('E_SPECS_CRASHED', 'the specs could not be started', { cause })),
      )
      this.#signal.addEventListener('abort', () => this.#child.kill('SIGKILL'), { once: true })
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        resolve(this.#endedEarly(this.#child.exitCode, this.#child.signalCode))
        return
      }
      const order: SpecOrder = { root: this.#root, globs: this.#globs, context }
      this.#child.send(order)
    })
    if (report instanceof Fault) throw report
    return report
  }

  #endedEarly(code: number | null, killer: NodeJS.Signals | null): Fault {
    return new Fault('E_SPECS_CRASHED', `the specs' process ended before it reported (${killer ?? `code ${code}`})`, {
      hint: 'a spec must not end its process; run again without your specs to find the one that does',
      facts: { output: scrub(this.#output).slice(-400) },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await gone
  }
}
