import { fork, type ChildProcess } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Fault, scrub } from '../core/index.ts'
import type { SpecContext, SpecReport, SpecRunner, SpecSession } from '../run/index.ts'

/** What the parent tells the child, once it has something to tell. */
export interface SpecOrder {
  readonly root: string
  readonly globs: readonly string[]
  /** The globs were written down by a person: each must match something. */
  readonly asked: boolean
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
  launch({ root, globs, asked, signal }) {
    return new ChildSession({ root, globs, asked }, signal)
  },
}

class ChildSession implements SpecSession {
  readonly #child: ChildProcess
  readonly #order: Omit<SpecOrder, 'context'>
  readonly #signal: AbortSignal
  #output = ''

  constructor(order: Omit<SpecOrder, 'context'>, signal: AbortSignal) {
    this.#order = order
    this.#signal = signal
    this.#child = fork(childEntry, [], {
      cwd: order.root,
      // Nothing of ours: a spec that wants a variable of the environment is told so by its absence.
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        NODE_ENV: 'test',
        NO_COLOR: '1',
        TZ: process.env['TZ'],
        // Where Node keeps what it compiled: bin/keep-compiled.mjs.
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      },
      execArgv: [...process.execArgv, ...stripsTypes()],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // The leader of a group of its own: whatever vitest starts below it can be ended with it.
      detached: true,
    })
    // It gets ready beside a restore that keeps every core busy, and is waited for only when that is over.
    if (this.#child.pid !== undefined) setPriority(this.#child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
    this.#child.once('exit', () => this.#endGroup())
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
      if (this.#signal.aborted) this.#endGroup()
      this.#signal.addEventListener('abort', () => this.#endGroup(), { once: true })
      if (this.#hasEnded()) {
        resolve(this.#endedEarly(this.#child.exitCode, this.#child.signalCode))
        return
      }
      // A child that dies while it is told is told of by its exit.
      this.#child.send({ ...this.#order, context } satisfies SpecOrder, () => {})
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

  #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Everything that runs below the child too: a worker in an endless loop hears no other word. */
  #endGroup(): void {
    const { pid } = this.#child
    if (pid !== undefined) killGroup(pid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded() || this.#child.pid === undefined) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#endGroup()
    await gone
  }
}

/** Below node_modules Node strips no types by itself, and a hook that was registered here does not reach a child. */
function stripsTypes(): readonly string[] {
  if (!childEntry.includes('/node_modules/')) return []
  return ['--import', new URL('../../bin/strip-types.mjs', import.meta.url).href]
}

/** Ends all processes of a group, at once; none left is fine. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
