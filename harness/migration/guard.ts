import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'

/** Names the environment variable by which the processes of a command are known. */
const markerName = 'REHEARSAL_MIGRATION'

/**
 * A process that ends all processes of a command when it is told to, and by itself when we are killed. What escapes it:
 * a daemon that has left its group, its parents and its environment all three.
 */
export class Guard implements AsyncDisposable {
  /** To be in the command's environment. */
  readonly variables: Readonly<Record<string, string>>
  readonly #child: ChildProcess
  readonly #said: Promise<string>
  #leader: number | null = null

  constructor() {
    const id = randomUUID()
    this.variables = { [markerName]: id }
    this.#child = spawn(process.execPath, [fileURLToPath(new URL('guard.mjs', import.meta.url))], {
      env: {},
      // Ctrl-C in our terminal is not for it.
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    this.#child.on('error', () => {})
    this.#child.stdin?.on('error', () => {})
    this.#said = this.#child.stdout ? text(this.#child.stdout) : Promise.resolve('')
    this.#tell({ marker: `${markerName}=${id}` })
  }

  lead(pid: number): void {
    this.#leader = pid
    this.#tell({ leader: pid })
  }

  /** Ends them all; returns the programs that still ran beside the command itself. */
  async end(): Promise<readonly string[]> {
    this.#child.stdin?.end()
    const ended = parse(await this.#said)
    return ended.filter(({ pid }) => pid !== this.#leader).map(({ name }) => name)
  }

  #tell(words: object): void {
    this.#child.stdin?.write(`${JSON.stringify(words)}\n`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }
}

function parse(said: string): readonly { readonly pid: number; readonly name: string }[] {
  return said === '' ? [] : (JSON.parse(said) as { pid: number; name: string }[])
}
