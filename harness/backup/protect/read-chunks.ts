import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { Fault } from '../../core/index.ts'

/* Sixteen pieces; more is no faster. */
const chunkBytes = 1 << 20

export interface ReadChunksOptions {
  readonly signal?: AbortSignal | undefined
  /** Called with the bytes just read. */
  readonly onBytes?: ((bytes: number) => void) | undefined
}

/** A regular file's bytes. Each chunk is its own: whoever gets it may keep it. */
export async function* readChunks(path: string, options: ReadChunksOptions = {}): AsyncGenerator<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const found = await file.stat()
    if (!found.isFile()) {
      throw new Fault('E_BACKUP_UNSAFE_FILE', `${path} is not a regular file`, { hint: 'take it out of the set' })
    }
    // No more than it takes: of Storage there may be a hundred thousand small ones.
    const mostBytes = Math.min(chunkBytes, Math.max(found.size, 4_096))
    for (;;) {
      if (options.signal?.aborted) throw interrupted(options.signal)
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(mostBytes), 0, mostBytes, null)
      if (bytesRead === 0) return
      options.onBytes?.(bytesRead)
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

export function interrupted(signal: AbortSignal): Fault {
  if (signal.reason instanceof Fault) return signal.reason
  return new Fault('E_INTERRUPTED', 'interrupted while reading the backup', { hint: 'run again', cause: signal.reason })
}
