import { randomUUID } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault, formatBytes } from '../../core/index.ts'
import type { TextRange } from '../outline.ts'
import { interrupted, type PlainSource } from '../plain-source.ts'
import { changed, type RandomText } from './random-text.ts'
import { readAhead, takeTurns } from './read-ahead.ts'

interface Waiter {
  readonly until: number
  readonly wake: () => void
}

/**
 * The text of a compressed dump, decompressed once more into a file that has no name: nothing but its size is there to be
 * found, and it goes when the process does, however that ends. Costs the disk space of the whole text.
 */
export class SpooledText implements RandomText {
  readonly #folder: string
  readonly #file: FileHandle
  readonly #signal: AbortSignal
  #written = 0
  #isDone = false
  #failure: unknown = null
  readonly #waiters = new Set<Waiter>()
  readonly #filling: Promise<void>

  private constructor(folder: string, file: FileHandle, source: PlainSource, plainBytes: number, signal: AbortSignal) {
    this.#folder = folder
    this.#file = file
    this.#signal = signal
    // A failure is thrown to whoever waits for the bytes that it kept away.
    this.#filling = this.#fill(source, plainBytes).then(
      () => this.#over(null),
      (error: unknown) => this.#over(signal.aborted ? interrupted(signal) : error),
    )
  }

  /** `source` must end when `signal` aborts; `plainBytes`: what it held when it was read before. */
  static async open(
    folder: string,
    source: PlainSource,
    plainBytes: number,
    signal: AbortSignal,
  ): Promise<SpooledText> {
    const path = join(folder, `.rehearsal-text-${randomUUID()}`)
    const file = await open(path, 'wx+', 0o600).catch((cause: unknown) => {
      throw unwritable(folder, plainBytes, cause)
    })
    try {
      await unlink(path)
    } catch (cause) {
      await file.close()
      throw unwritable(folder, plainBytes, cause)
    }
    return new SpooledText(folder, file, source, plainBytes, signal)
  }

  bytes({ from, to }: TextRange): AsyncIterable<Buffer> {
    const nextBuffer = takeTurns()
    return readAhead(from, to, async (at, length) => {
      await this.#until(at + length)
      if (this.#signal.aborted) throw interrupted(this.#signal)
      const { bytesRead, buffer } = await this.#file.read(nextBuffer(length), 0, length, at)
      if (bytesRead < length) throw changed(`the text ends before byte ${to}`)
      return buffer
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#filling
    await this.#file.close()
  }

  async #fill(source: PlainSource, plainBytes: number): Promise<void> {
    const stream = source.open()
    for await (const chunk of stream.chunks) {
      await this.#write(chunk, plainBytes)
      this.#wake()
    }
    if (stream.failure !== null) throw changed(stream.failure.message)
    if (this.#written < plainBytes) throw changed(`the text is ${plainBytes - this.#written} bytes shorter than it was`)
  }

  async #write(chunk: Buffer, plainBytes: number): Promise<void> {
    try {
      for (let at = 0; at < chunk.length;) {
        const { bytesWritten } = await this.#file.write(chunk, at, chunk.length - at, this.#written)
        at += bytesWritten
        this.#written += bytesWritten
      }
    } catch (cause) {
      throw unwritable(this.#folder, plainBytes, cause)
    }
  }

  /** Resolves when the text has been written that far. */
  async #until(place: number): Promise<void> {
    if (this.#written < place && !this.#isDone) {
      await new Promise<void>((wake) => {
        this.#waiters.add({ until: place, wake })
      })
    }
    if (this.#written < place && this.#failure !== null) throw this.#failure
  }

  #wake(): void {
    for (const waiter of this.#waiters) {
      if (waiter.until > this.#written && !this.#isDone) continue
      this.#waiters.delete(waiter)
      waiter.wake()
    }
  }

  #over(failure: unknown): void {
    this.#failure = failure
    this.#isDone = true
    this.#wake()
  }
}

function unwritable(folder: string, bytes: number, cause: unknown): Fault {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Fault('E_DISK_FULL', `no space left in ${folder} for the text of the dump`, {
      hint: `it takes ${formatBytes(bytes)} there: free some space, or name another folder for temporary files (TMPDIR)`,
      facts: { bytes },
      cause,
    })
  }
  return new Fault('E_FILE_UNREADABLE', `cannot write the text of the dump into ${folder}`, {
    hint: 'check its permissions and the disk, or name another folder for temporary files (TMPDIR)',
    cause,
  })
}
