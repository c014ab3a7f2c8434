import { open, type FileHandle } from 'node:fs/promises'
import type { TextRange } from '../outline.ts'
import { interrupted, unreadable } from '../plain-source.ts'
import { changed, type RandomText } from './random-text.ts'
import { readAhead, takeTurns } from './read-ahead.ts'

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

  bytes({ from, to }: TextRange): AsyncIterable<Buffer> {
    const nextBuffer = takeTurns()
    return readAhead(from, to, async (at, length) => {
      const chunk = await this.#read(nextBuffer(length), at)
      if (this.#signal.aborted) throw interrupted(this.#signal)
      if (chunk.length === 0) throw changed(`${this.#path} became shorter while it was read`)
      return chunk
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }

  async #read(into: Buffer, at: number): Promise<Buffer> {
    try {
      const { bytesRead } = await this.#file.read(into, 0, into.length, at)
      return into.subarray(0, bytesRead)
    } catch (cause) {
      throw this.#signal.aborted ? interrupted(this.#signal) : unreadable(this.#path, cause)
    }
  }
}
