import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { Fault } from '../core/index.ts'

/* Large enough that hashing, not system calls, is the cost; small enough to stay in the L2 cache. */
const chunkBytes = 1 << 20

export interface FileDigest {
  readonly bytes: number
  readonly sha256: string
}

export interface DigestOptions {
  readonly signal?: AbortSignal | undefined
  /** Called with the number of bytes just read. */
  readonly onBytes?: ((bytes: number) => void) | undefined
  /** Also flush the file to the disk. */
  readonly sync?: boolean
}

/**
 * SHA-256 and size of a regular file, streaming in one buffer. Never follows a symlink, never waits on a FIFO: whoever
 * may write the folder may have swapped the file since it was listed.
 */
export async function digestFile(path: string, options: DigestOptions = {}): Promise<FileDigest> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const found = await file.stat()
    if (!found.isFile()) {
      throw new Fault('E_BACKUP_UNSAFE_FILE', `${path} is not a regular file`, { hint: 'take it out of the set' })
    }
    const hash = createHash('sha256')
    // No more than it takes: of Storage there may be a hundred thousand small ones.
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(found.size, 4_096)))
    let bytes = 0
    for (;;) {
      throwIfAborted(options.signal)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
      bytes += bytesRead
      options.onBytes?.(bytesRead)
    }
    if (options.sync) await file.sync()
    return { bytes, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  if (signal.reason instanceof Fault) throw signal.reason
  throw new Fault('E_INTERRUPTED', 'interrupted while reading the backup', { cause: signal.reason })
}
