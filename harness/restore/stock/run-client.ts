import { spawn, type ChildProcess } from 'node:child_process'
import { pipeline } from 'node:stream/promises'
import { isMainThread } from 'node:worker_threads'
import { Fault, systemClock } from '../../core/index.ts'
import type { ClientSandbox } from './client-sandbox.ts'
import { LineReader } from './line-reader.ts'

export interface ClientCall {
  readonly program: string
  readonly args: readonly string[]
  /** A file descriptor, bytes to be piped, or nothing. */
  readonly input: number | AsyncIterable<Buffer> | null
  /** Processes that it may be. */
  readonly processes: number
  readonly signal: AbortSignal
  /** Each line of what it says on stderr, cut to a bounded length. */
  readonly onLine: (line: string) => void
}

export interface ClientEnd {
  readonly code: number | null
  readonly signal: string | null
  readonly ms: number
}

/** All that a client finds in its environment: neither HOME nor any PG* variable. */
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' } as const

/** Runs a client in its sandbox to its end. Throws when it could not be started, or was interrupted. */
export async function runClient(sandbox: ClientSandbox, call: ClientCall): Promise<ClientEnd> {
  if (!isMainThread) {
    throw new Fault('E_CLIENT_FAILED', 'a client can only be started from the main thread', {
      hint: 'the kernel ends it with the thread that started it; start it from the main thread or a process',
    })
  }
  call.signal.throwIfAborted()
  const [file = '', ...args] = [...sandbox.command(call.processes), call.program, ...call.args]
  const startedMs = systemClock.monotonicMs()
  const piped = call.input !== null && typeof call.input !== 'number'
  const child = spawn(file, args, {
    ...sandbox.plan.ids,
    cwd: sandbox.folder,
    env: environment,
    stdio: [piped ? 'pipe' : (call.input ?? 'ignore'), 'ignore', 'pipe'],
  })
  const end = (): void => {
    child.kill('SIGKILL')
  }
  call.signal.addEventListener('abort', end, { once: true })
  try {
    const reader = new LineReader(call.onLine)
    child.stderr?.on('data', (chunk: Buffer) => reader.push(chunk))
    const [ended] = await Promise.all([endOf(child, file), piped ? feed(child, call.input) : null])
    reader.end()
    return { ...ended, ms: systemClock.monotonicMs() - startedMs }
  } finally {
    call.signal.removeEventListener('abort', end)
    end()
  }
}

async function endOf(child: ChildProcess, file: string): Promise<Pick<ClientEnd, 'code' | 'signal'>> {
  const { promise, resolve, reject } = Promise.withResolvers<Pick<ClientEnd, 'code' | 'signal'>>()
  child.once('error', (cause) => {
    const hint = '`rehearse doctor` checks this machine'
    reject(new Fault('E_CLIENT_FAILED', `${file} could not be started: ${cause.message}`, { hint, cause }))
  })
  child.once('close', (code, signal) => resolve({ code, signal }))
  return promise
}

/** A client that ends before it has read all closes the pipe: how it ended says why. A failure to read is our own. */
async function feed({ stdin }: ChildProcess, input: AsyncIterable<Buffer>): Promise<void> {
  if (!stdin) return
  try {
    await pipeline(input, stdin)
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && pipeCodes.has(String(thrown.code))) return
    throw thrown
  }
}

const pipeCodes = new Set(['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])
