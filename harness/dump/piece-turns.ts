/** Large enough that the calls between do not count, and what a socket takes at once. */
const pieceBytes = 131_072
/** Pieces that may wait for the reader. */
const ahead = 2
/** Those, the one that is filled, the one that is worked on and the one before it, which may still be on its way out. */
const turns = ahead + 3

/**
 * Gathers what a decoder puts out into pieces, in buffers that take turns: a piece is good until the next but one is
 * asked for. The decoder's own buffers are given back at once. Left to the garbage collector they would start it every
 * few megabytes, as it counts what they hold: half of the time that decompressing takes.
 */
export class PieceTurns {
  readonly #chunkBytes: number
  readonly #buffers: Buffer[] = []
  readonly #ready: Buffer[] = []
  #turn = 0
  #filled = 0
  #isFirst = true
  /** The decoder's buffer that the last chunk was in: it goes on writing there until a chunk comes in another. */
  #last: ArrayBufferLike | null = null

  /** `chunkBytes`: the size of the decoder's own buffers, each of which is an ArrayBuffer of its own. */
  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes
  }

  /** Enough wait for the reader. */
  get isAhead(): boolean {
    return this.#ready.length >= ahead
  }

  get hasOne(): boolean {
    return this.#ready.length > 0
  }

  add(chunk: Buffer): void {
    const isSmall = this.#isFirst && chunk.length < this.#chunkBytes / 2
    this.#isFirst = false
    // All of a small table, most likely: five large buffers would cost more than it.
    if (isSmall) {
      this.#ready.push(Buffer.from(chunk))
      return
    }
    if (this.#last !== null && this.#last !== chunk.buffer) this.#giveBack(this.#last)
    this.#last = chunk.buffer
    for (let at = 0; at < chunk.length;) {
      const buffer = (this.#buffers[this.#turn] ??= Buffer.allocUnsafeSlow(pieceBytes))
      const copied = chunk.copy(buffer, this.#filled, at)
      at += copied
      this.#filled += copied
      if (this.#filled === pieceBytes) this.#passOn(buffer)
    }
  }

  /** What is left over becomes the last piece. */
  end(): void {
    const buffer = this.#buffers[this.#turn]
    if (this.#filled > 0 && buffer !== undefined) this.#passOn(buffer.subarray(0, this.#filled))
  }

  next(): Buffer | null {
    return this.#ready.shift() ?? null
  }

  #passOn(piece: Buffer): void {
    this.#ready.push(piece)
    this.#turn = (this.#turn + 1) % turns
    this.#filled = 0
  }

  #giveBack(buffer: ArrayBufferLike): void {
    if (buffer instanceof ArrayBuffer && buffer.byteLength === this.#chunkBytes) buffer.transfer(0)
  }
}
