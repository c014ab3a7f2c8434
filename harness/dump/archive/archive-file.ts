import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { interrupted, unreadable, type ReadOptions } from '../plain-source.ts'
import { hostile } from './archive-damage.ts'

/** Follows how much was read of all the files of an archive. */
export class ReadMeter {
  readonly #options: ReadOptions
  #bytes = 0

  constructor(options: ReadOptions) {
    this.#options = options
  }

  add(bytes: number): void {
    const { signal, onBytes } = this.#options
    if (signal?.aborted === true) throw interrupted(signal)
    this.#bytes += bytes
    onBytes?.(this.#bytes)
  }
}

/** One file of an archive, read anywhere. */
export class ArchiveFile implements AsyncDisposable {
  readonly size: number
  readonly #path: string
  readonly #handle: FileHandle
  readonly #meter: ReadMeter

  private constructor(path: string, handle: FileHandle, size: number, meter: ReadMeter) {
    this.#path = path
    this.#handle = handle
    this.size = size
    this.#meter = meter
  }

  static async open(path: string, meter: ReadMeter): Promise<ArchiveFile> {
    const handle = await open(path, 'r').catch((cause: unknown) => {
      throw unreadable(path, cause)
    })
    const { size } = await handle.stat()
    return new ArchiveFile(path, handle, size, meter)
  }

  /** A part of an archive, by a name that the archive gives: a file and nothing else, or null where there is none. */
  static async openPart(path: string, name: string, meter: ReadMeter): Promise<ArchiveFile | null> {
    // Without O_NONBLOCK a FIFO would be waited for.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    const handle = await open(path, flags).catch((cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? cause.code : null
      if (code === 'ENOENT') return null
      if (code === 'ELOOP') throw hostile(`has a link in the place of ${name}`)
      throw unreadable(path, cause)
    })
    if (handle === null) return null
    const found = await handle.stat()
    if (found.isFile()) return new ArchiveFile(path, handle, found.size, meter)
    await handle.close()
    throw hostile(`has something that is no file in the place of ${name}`)
  }

  /** Up to `length` bytes from there; fewer only at the end of the file. */
  async read(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - position))
    const buffer = Buffer.allocUnsafeSlow(wanted)
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await this.#handle
        .read(buffer, filled, wanted - filled, position + filled)
        .catch((cause: unknown) => {
          throw unreadable(this.#path, cause)
        })
      if (bytesRead === 0) break
      filled += bytesRead
    }
    this.#meter.add(filled)
    return buffer.subarray(0, filled)
  }

  async *chunks(from = 0, to = this.size): AsyncGenerator<Buffer> {
    for (let at = from; at < to;) {
      const chunk = await this.read(at, Math.min(chunkBytes, to - at))
      if (chunk.length === 0) return
      at += chunk.length
      yield chunk
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }
}

/** As for plain files: twice the size is no faster. */
export const chunkBytes = 131_072
