import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Long enough for a loaded machine: a client says its version in milliseconds. */
const timeoutMs = 10_000

/** What a program prints when asked for its `--version`, with an empty environment; null where it is not there, or not for this machine. */
export async function programVersion(path: string): Promise<string | null> {
  try {
    const options = { env: {}, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 65_536 } as const
    return (await promisify(execFile)(path, ['--version'], options)).stdout
  } catch {
    return null
  }
}
