import { Fault, scrubLine } from '../core/index.ts'

/** Runs what reads `path`: an answer of the disk that is no fault of the backup's is `E_FILE_UNREADABLE`, not a defect. */
export async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof Fault || !('syscall' in cause)) throw cause
    const at = 'path' in cause && typeof cause.path === 'string' ? cause.path : path
    throw new Fault('E_FILE_UNREADABLE', `cannot read ${scrubLine(at)}: ${scrubLine(cause.message, 120)}`, {
      hint: 'check its permissions and the disk; nothing may write into a set while it is rehearsed',
      cause,
    })
  }
}
