import { open, type FileHandle } from 'node:fs/promises'
import type { TextRange } from '../outline.ts'
import { interrupted, unreadable } from '../plain-source.ts'
import { changed, type RandomText } from './random-text.ts'

/** As for the first reading: twice the size is no faster. */
const readBytes = 131_072

/** A plain dump, read where it lies. */
export class FileText implements RandomText {
  readonly #path: string
  readonly #file: FileHandle
  readonly #signal: AbortSignal

  private constructor(path: string, file: FileHandle, signal: AbortSignal) {
    this.#path = path
    this.#file = file
    this.#signal = signal
  }

  static async open(path: string, signal: AbortSignal): Promise<FileText> {
    const file = await open(path, 'r').catch((cause: unknown) => {
      throw unreadable(path, cause)
    })
    return new FileText(path, file, signal)
  }

  async *bytes({ from, to }: TextRange): AsyncGenerator<Buffer> {
    let at = from
    let pending = this.#read(at, to)
    try {
      while (at < to) {
        const chunk = await pending
        if (this.#signal.aborted) throw interrupted(this.#signal)
        if (chunk.length === 0) throw changed(`${this.#path} became shorter while it was read`)
        at += chunk.length
        pending = this.#read(at, to)
        yield chunk
      }
    } finally {
      await pending.catch(() => undefined)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }

  #read(from: number, to: number): Promise<Buffer> {
    const wanted = Math.min(readBytes, to - from)
    if (wanted <= 0) return Promise.resolve(Buffer.alloc(0))
    const reading = this.#file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, from).then(
      ({ bytesRead, buffer }) => buffer.subarray(0, bytesRead),
      (cause: unknown) => {
        throw this.#signal.aborted ? interrupted(this.#signal) : unreadable(this.#path, cause)
      },
    )
    // A failure is thrown where it is awaited, which may be later than it happens.
    reading.catch(() => undefined)
    return reading
  }
}
