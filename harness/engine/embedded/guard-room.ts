import { statfs } from 'node:fs/promises'
import { formatBytes } from '../../core/index.ts'
import type { RunFolder } from '../run-folder.ts'

/** What a run must leave to the rest of the machine. */
const reserveBytes = 1024 ** 3
/** A server writes a few hundred megabytes in this time, well within the reserve. */
const lookEveryMs = 200

/** Stops watching when disposed. */
export interface RoomGuard extends Disposable {
  /** Why the server was stopped; null while all is well. */
  readonly breach: string | null
}

/**
 * Watches the room that is left while a server runs, and calls `stop` when it comes to an end: a small dump can hold
 * a view that fills any disk, or, on tmpfs, all memory. Where little was free at the start, half of it is the reserve.
 */
export async function guardRoom(
  folder: Pick<RunFolder, 'path' | 'storage'>,
  stop: () => Promise<void>,
  left: () => Promise<number> = async () => roomLeft(folder),
): Promise<RoomGuard> {
  const reserve = Math.min(reserveBytes, (await left()) / 2)
  let breach: string | null = null
  const look = async (): Promise<void> => {
    const bytes = await left()
    if (bytes >= reserve || breach !== null) return
    breach = `it left only ${formatBytes(bytes)} of ${folder.storage === 'memory' ? 'memory' : 'disk'} to this machine`
    clearInterval(timer)
    await stop()
  }
  const timer = setInterval(() => {
    // The folder, or the server, may go while we look: then there is nothing left to guard.
    look().catch(() => clearInterval(timer))
  }, lookEveryMs)
  timer.unref()
  return {
    get breach() {
      return breach
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

async function roomLeft(folder: Pick<RunFolder, 'path' | 'storage'>): Promise<number> {
  if (folder.storage === 'memory') return process.availableMemory()
  const { bavail, bsize } = await statfs(folder.path)
  return bavail * bsize
}
