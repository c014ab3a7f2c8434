import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { isMainThread } from 'node:worker_threads'

/** The kernel ends a child with the thread that started it: with the process, where that is the main one. */
export async function endsWithUs(): Promise<readonly string[]> {
  if (process.platform !== 'linux' || !isMainThread) return []
  const command = ['setpriv', '--pdeathsig', 'KILL', '--']
  return promisify(execFile)('setpriv', ['--pdeathsig', 'KILL', '--', 'true'], { env: { PATH: '/usr/bin:/bin' } }).then(
    () => command,
    () => [],
  )
}
