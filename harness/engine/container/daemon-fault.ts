import { Fault, scrubLine } from '../../core/index.ts'

const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EACCES'])

/** The daemon was there and has gone, or went while it was asked. */
export function isDaemonGone(thrown: unknown): boolean {
  return (
    thrown instanceof Error && 'code' in thrown && unreachable.has(String(thrown.code)) && !(thrown instanceof Fault)
  )
}

/** What the daemon would not do, or that it is gone, as a fault; all else as it is. */
export function daemonFault(thrown: unknown): unknown {
  if (isDaemonGone(thrown)) {
    return new Fault('E_ENGINE_UNAVAILABLE', 'the container daemon went away while it was needed', {
      hint: 'start it again (see its own log for why it ended) and run again',
      cause: thrown,
    })
  }
  if (thrown instanceof Error && 'statusCode' in thrown) {
    return new Fault('E_ENGINE_UNAVAILABLE', `the container daemon refused: ${scrubLine(thrown.message, 300)}`, {
      hint: 'see what the daemon said; `rehearse doctor` checks this machine',
      cause: thrown,
    })
  }
  return thrown
}

/** Runs it; what the daemon did wrong is thrown as a fault that says so. */
export async function askingDaemon<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (thrown) {
    throw daemonFault(thrown)
  }
}
