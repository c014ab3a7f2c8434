import {
  createGunzip,
  createInflate,
  createZstdDecompress,
  type Gunzip,
  type Inflate,
  type ZstdDecompress,
} from 'node:zlib'
import { PieceTurns } from './piece-turns.ts'

/** What node:zlib allocates for its output at a time: too large for the pool that small buffers share. */
const chunkSize = 65_536

/**
 * Everything in a gzip file, of however many members. Everything before a damage arrives before the error does. Pieces
 * are good until the next but one is asked for (see {@link PieceTurns}), here and below.
 */
export async function* gunzip(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new Decoder(createGunzip({ chunkSize }))
  yield* decoder.run(async () => {
    for await (const chunk of compressed) {
      await decoder.write(chunk)
      if (decoder.isOver) return
    }
    decoder.end()
  })
}

/** One stream in zlib's own format, and nothing after it. */
export async function* inflate(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new Decoder(createInflate({ chunkSize }))
  yield* decoder.run(async () => {
    for await (const chunk of compressed) {
      const consumed = decoder.isOver ? 0 : await decoder.write(chunk)
      if (consumed < chunk.length && !decoder.hasFailed)
        throw Object.assign(new Error('bytes follow its end'), { code: 'Z_DATA_ERROR' })
      if (decoder.hasFailed) return
    }
    decoder.end()
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
      let taken = 0
      yield* decoder.run(async () => {
        while (left !== null) {
          const consumed: number = await decoder.write(left)
          taken += consumed
          if (consumed < left.length) {
            // The frame is over; the next one begins here.
            left = left.subarray(consumed)
            return
          }
          left = decoder.isOver ? null : await nextChunk(source)
        }
        decoder.end()
      })
      if (taken === 0) throw Object.assign(new Error('no zstd frame begins here'), { code: 'ZSTD_no_frame' })
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
  readonly #stream: Gunzip | Inflate | ZstdDecompress
  readonly #pieces = new PieceTurns(chunkSize)
  #isOver = false
  #error: Error | null = null
  #wake: (() => void) | null = null
  readonly #closed: Promise<void>

  constructor(stream: Gunzip | Inflate | ZstdDecompress) {
    this.#stream = stream
    stream.on('data', (chunk: Buffer) => {
      this.#pieces.add(chunk)
      if (this.#pieces.isAhead) stream.pause()
      if (this.#pieces.hasOne) this.#wake?.()
    })
    stream.on('end', () => this.#over(null))
    stream.on('error', (error) => this.#over(error))
    this.#closed = new Promise((resolve) => {
      stream.on('close', () => {
        this.#over(null)
        resolve()
      })
    })
  }

  /** It has ended, failed or been given up. */
  get isOver(): boolean {
    return this.#isOver
  }

  get hasFailed(): boolean {
    return this.#error !== null
  }

  /** Resolves to how many of the bytes were wanted. */
  async write(chunk: Buffer): Promise<number> {
    const before = this.#stream.bytesWritten
    const written = new Promise<void>((resolve) => {
      this.#stream.write(chunk, () => resolve())
    })
    // A stream that is destroyed may leave its callbacks uncalled.
    await Promise.race([written, this.#closed])
    return this.#stream.bytesWritten - before
  }

  end(): void {
    if (!this.#stream.destroyed) this.#stream.end()
  }

  async *run(feed: () => Promise<void>): AsyncGenerator<Buffer> {
    // The feed's own failure (the file could not be read) must wake the reader as well.
    const feeding = feed().catch((error: unknown) => {
      this.#over(error instanceof Error ? error : new Error(String(error)))
    })
    try {
      for (;;) {
        const piece = this.#pieces.next()
        if (piece !== null) {
          if (!this.#pieces.isAhead) this.#stream.resume()
          yield piece
          continue
        }
        if (this.#error !== null) throw this.#error
        if (this.#isOver) break
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      this.#stream.destroy()
      await feeding
    }
  }

  #over(error: Error | null): void {
    this.#error ??= this.#isOver ? null : error
    this.#isOver = true
    this.#pieces.end()
    this.#wake?.()
  }
}
