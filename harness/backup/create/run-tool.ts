import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Fault, scrubLine } from '../../core/index.ts'
import type { ConnectionFiles } from './connection-files.ts'
import type { DumpTools } from './find-dump-tools.ts'

export interface ToolCall {
  readonly program: 'pg_dump' | 'pg_dumpall' | 'pg_restore'
  readonly args: readonly string[]
  /** Absent where it connects to nothing. */
  readonly connection?: ConnectionFiles
  readonly signal: AbortSignal
}

export interface ToolEnd {
  readonly code: number | null
  readonly endedBy: NodeJS.Signals | null
  /** What it said last, scrubbed. */
  readonly said: string
}

const tailBytes = 4_000

/**
 * Runs one of PostgreSQL's programs to its end, with an environment that is written out. On Linux the kernel ends it with
 * us. How it ended is the caller's to judge; throws when it could not be started or was interrupted.
 */
export async function runTool(tools: DumpTools, call: ToolCall): Promise<ToolEnd> {
  call.signal.throwIfAborted()
  if (tools.contained !== null) {
    const { code, stderr } = await tools.contained.run({ ...call, connection: call.connection ?? null })
    return { code, endedBy: null, said: wordsOf(stderr) }
  }
  const [file = '', ...words] = [...tools.before, join(tools.folder, call.program), ...call.args]
  const child = spawn(file, words, {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', ...call.connection?.environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const end = (): void => void child.kill('SIGKILL')
  call.signal.addEventListener('abort', end, { once: true })
  let tail = ''
  child.stderr.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString()).slice(-tailBytes)))
  try {
    const { promise, resolve, reject } = Promise.withResolvers<Omit<ToolEnd, 'said'>>()
    child.once('error', reject)
    child.once('close', (code, endedBy) => resolve({ code, endedBy }))
    const ended = await promise.catch((cause: unknown) => {
      throw new Fault('E_CLIENT_FAILED', `${call.program} could not be started`, {
        hint: '`rehearse doctor` checks this machine',
        cause,
      })
    })
    call.signal.throwIfAborted()
    return { ...ended, said: wordsOf(tail) }
  } finally {
    call.signal.removeEventListener('abort', end)
    end()
  }
}

/** The fault of a program that did not end well. A full disk is told by its own words, which are in English here. */
export function failureOf(call: Pick<ToolCall, 'program'>, { code, endedBy, said }: ToolEnd): Fault {
  if (/No space left on device|Disk quota exceeded/.test(said)) {
    return new Fault('E_DISK_FULL', `${call.program}: no space left`, { hint: 'free some space and back up again' })
  }
  const how = endedBy === null ? `ended with ${code}` : `was ended by ${endedBy}`
  return new Fault('E_CLIENT_FAILED', `${call.program} ${how}: ${said || 'it said nothing'}`, {
    hint: 'nothing was left behind; what it said tells why',
  })
}

function wordsOf(tail: string): string {
  return scrubLine(tail.trim().split('\n').slice(-6).join('; '), 1_000)
}
