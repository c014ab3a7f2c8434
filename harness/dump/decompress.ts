import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib'

/** Decompressed bytes are handed on in pieces of this size: large enough that the calls between do not count. */
const chunkSize = 262_144
/** Pieces decompressed ahead of the reader. */
const ahead = 4

/** Everything in a gzip file, of however many members. Everything before a damage arrives before the error does. */
export async function* gunzip(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new Decoder(createGunzip({ chunkSize }))
  yield* decoder.run(async () => {
    for await (const chunk of compressed) await decoder.write(chunk)
    await decoder.end()
  })
}

/** Everything in a zstd file, of however many frames (node:zlib stops after the first). */
export async function* unzstd(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = compressed[Symbol.asyncIterator]()
  try {
    let rest: Buffer | null = await nextChunk(source)
    while (rest !== null) {
      const decoder = new Decoder(createZstdDecompress({ chunkSize }))
      let left: Buffer | null = rest
      yield* decoder.run(async () => {
        while (left !== null) {
          const consumed = await decoder.write(left)
          if (consumed < left.length) {
            // The frame is over; the next one begins here.
            left = left.subarray(consumed)
            return
          }
          left = await nextChunk(source)
        }
        await decoder.end()
      })
      if (left === rest && left.length === rest.length && decoder.consumed === 0) return
      rest = left
    }
  } finally {
    await source.return?.()
  }
}

async function nextChunk(source: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const next = await source.next()
  return next.done === true ? null : next.value
}

/**
 * A node:zlib stream that is written to and read from at once. Read through `data` events and pauses, because an async
 * iterator over the stream drops what was decompressed just before an error.
 */
class Decoder {
  readonly #stream: Gunzip | ZstdDecompress
  readonly #ready: Buffer[] = []
  #isOver = false
  #error: Error | null = null
  #wake: (() => void) | null = null

  constructor(stream: Gunzip | ZstdDecompress) {
    this.#stream = stream
    stream.on('data', (chunk: Buffer) => {
      this.#ready.push(chunk)
      if (this.#ready.length >= ahead) stream.pause()
      this.#wake?.()
    })
    stream.on('end', () => this.#over(null))
    stream.on('error', (error) => this.#over(error))
    stream.on('close', () => this.#over(null))
  }

  get consumed(): number {
    return this.#stream.bytesWritten
  }

  /** Resolves to how many of the bytes were wanted. */
  async write(chunk: Buffer): Promise<number> {
    const before = this.consumed
    await new Promise<void>((resolve) => {
      this.#stream.write(chunk, () => resolve())
    })
    return this.consumed - before
  }

  async end(): Promise<void> {
    if (this.#isOver) return
    await new Promise<void>((resolve) => {
      this.#stream.once('close', resolve)
      this.#stream.end(() => resolve())
    })
  }

  async *run(feed: () => Promise<void>): AsyncGenerator<Buffer> {
    // The feed's own failure (the file could not be read) must wake the reader as well.
    const feeding = feed().then(
      () => this.#finishFeeding(),
      (error: unknown) => this.#over(error instanceof Error ? error : new Error(String(error))),
    )
    try {
      for (;;) {
        const chunk = this.#ready.shift()
        if (chunk !== undefined) {
          if (this.#ready.length < ahead) this.#stream.resume()
          yield chunk
          continue
        }
        if (this.#error !== null) throw this.#error
        if (this.#isOver) break
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
      await feeding
    } finally {
      this.#stream.destroy()
    }
  }

  /** After the feed: either `end` has been called, or a frame is over and the stream ends by itself. */
  #finishFeeding(): void {
    if (!this.#stream.writableEnded) this.#stream.end()
  }

  #over(error: Error | null): void {
    this.#error ??= this.#isOver ? null : error
    this.#isOver = true
    this.#wake?.()
  }
}
