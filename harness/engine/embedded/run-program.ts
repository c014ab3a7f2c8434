import { spawn } from 'node:child_process'
import { Fault, scrub } from '../../core/index.ts'

export interface ProgramResult {
  readonly code: number | null
  readonly signal: string | null
  /** The last of what it said on either stream. */
  readonly output: string
}

/** Runs one of our tools to its end: explicit environment, no shell. `stdin` is a file descriptor. */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: {
    readonly uid?: number
    readonly gid?: number
    readonly stdin?: number
    readonly cwd?: string
    readonly signal?: AbortSignal
  } = {},
): Promise<ProgramResult> {
  const { promise, resolve } = Promise.withResolvers<ProgramResult>()
  const { stdin, ...rest } = options
  const child = spawn(file, args, { ...rest, env: bareEnvironment, stdio: [stdin ?? 'ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-8_192)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  // Not there, or not to be run: the shell's own code for that, with what the system said.
  child.once('error', (error) => resolve({ code: 127, signal: null, output: error.message }))
  child.once('close', (code, signal) => resolve({ code, signal, output }))
  return promise
}

/** Throws what a program said when it did not end well. */
export function requireSuccess(result: ProgramResult, program: string): void {
  if (result.code === 0) return
  const isFull = /No space left on device/.test(result.output)
  throw new Fault(
    isFull ? 'E_DISK_FULL' : 'E_ENGINE_START',
    `${program} ended with ${result.signal ?? result.code}: ${scrub(result.output).trim()}`,
    { hint: isFull ? 'free some space and run again' : 'see what it said; `rehearse doctor` checks this machine' },
  )
}

/** All that a program of ours, and so a hostile dump, finds in its environment. */
export const bareEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } as const
