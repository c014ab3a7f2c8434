import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/rehearse.mjs', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd: string
  /** Added to the little that every command gets. */
  readonly env?: Readonly<Record<string, string>>
}

/** The command as a user starts it: a process of its own, with an environment that is written out. */
export class RunningCommand {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  #stdout = ''
  #stderr = ''

  constructor(file: string, args: readonly string[], { cwd, env = {} }: CommandOptions) {
    this.child = spawn(file, args, {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject)
      this.child.once('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }))
    })
  }

  get pid(): number {
    const { pid } = this.child
    if (pid === undefined) throw new TypeError('the command has not been started')
    return pid
  }

  get stderr(): string {
    return this.#stderr
  }
}

export function startRehearse(args: readonly string[], options: CommandOptions): RunningCommand {
  return new RunningCommand(process.execPath, [bin, ...args], options)
}

export async function rehearse(args: readonly string[], options: CommandOptions): Promise<Ended> {
  return startRehearse(args, options).ended
}
