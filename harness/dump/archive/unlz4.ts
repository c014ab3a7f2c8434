import { unpackLz4Block } from './lz4-block.ts'
import { takeTurns } from '../text/read-ahead.ts'
import { xxHash32, XxHash32 } from './xxhash32.ts'

/** How far a block may reach back into those before it. */
const historyBytes = 65_536
const frameMagic = 0x184d2204

/**
 * Everything in LZ4 frames, of however many; a piece is good until the next but one is asked for.
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export async function* unlz4(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const input = new Input(packed)
  const nextBuffer = takeTurns()
  try {
    // pg_dump leaves the file of an empty large object empty.
    while (!(await input.isOver())) yield* frame(input, nextBuffer)
  } finally {
    await input.close()
  }
}

async function* frame(input: Input, nextBuffer: (length: number) => Buffer): AsyncGenerator<Buffer> {
  const magic = (await input.take(4)).readUInt32LE(0)
  if (magic >>> 4 === 0x184d2a5) {
    // A skippable frame.
    for (let left = (await input.take(4)).readUInt32LE(0); left > 0; left -= Math.min(left, historyBytes)) {
      await input.take(Math.min(left, historyBytes))
    }
    return
  }
  if (magic !== frameMagic) throw broken('no LZ4 frame begins here')
  const head = await frameHead(input)
  const target = Buffer.allocUnsafeSlow(historyBytes + head.blockBytes)
  const sum = new XxHash32()
  let start = 0
  let total = 0
  for (let size = await input.number(); size !== 0; size = await input.number()) {
    const isPlain = size >= 0x80000000
    const block = await input.take(isPlain ? size - 0x80000000 : size, head.blockBytes)
    if (head.hasBlockSums && (await input.number()) !== xxHash32(block))
      throw broken('the checksum of a block is wrong')
    const end = isPlain ? start + block.copy(target, start) : unpackLz4Block(block, target, start)
    if (end < start || end - start > head.blockBytes) throw broken('a block is broken')
    const plain = nextBuffer(end - start)
    target.copy(plain, 0, start, end)
    total += plain.length
    if (head.hasSum) sum.update(plain)
    if (plain.length > 0) yield plain
    start = head.isLinked ? Math.min(end, historyBytes) : 0
    target.copyWithin(0, end - start, end)
  }
  if (head.hasSum && (await input.number()) !== sum.digest()) throw broken('the checksum is wrong')
  if (head.bytes !== null && head.bytes !== BigInt(total)) throw broken('the size is wrong')
}

interface FrameHead {
  readonly blockBytes: number
  readonly isLinked: boolean
  readonly hasBlockSums: boolean
  readonly hasSum: boolean
  /** Of the whole content, where it is told. */
  readonly bytes: bigint | null
}

async function frameHead(input: Input): Promise<FrameHead> {
  const fixed = Buffer.from(await input.take(2))
  const [flags = 0, sizes = 0] = fixed
  const hasSize = (flags & 8) !== 0
  const rest = Buffer.from(await input.take(hasSize ? 8 : 0))
  const sum = (await input.take(1)).readUInt8(0)
  const sizeCode = (sizes >> 4) & 7
  // No dictionary is ever used by pg_dump, and the reserved bits are zero.
  if (flags >> 6 !== 1 || (flags & 3) !== 0 || (sizes & 0x8f) !== 0 || sizeCode < 4) throw broken('its head is broken')
  if (((xxHash32(Buffer.concat([fixed, rest])) >> 8) & 0xff) !== sum) throw broken('the checksum of its head is wrong')
  return {
    blockBytes: 1 << (8 + 2 * sizeCode),
    isLinked: (flags & 32) === 0,
    hasBlockSums: (flags & 16) !== 0,
    hasSum: (flags & 4) !== 0,
    bytes: hasSize ? rest.readBigUInt64LE(0) : null,
  }
}

/** Bytes by number, from chunks of any size. */
class Input {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(packed: AsyncIterable<Buffer>) {
    this.#chunks = packed[Symbol.asyncIterator]()
  }

  async isOver(): Promise<boolean> {
    while (this.#at === this.#held.length) {
      if (!(await this.#more())) return true
    }
    return false
  }

  /** Good until the next call. */
  async take(bytes: number, most = bytes): Promise<Buffer> {
    if (bytes > most) throw broken('a block is larger than its frame allows')
    while (this.#held.length - this.#at < bytes) {
      if (!(await this.#more())) throw Object.assign(new Error('unexpected end of file'), { code: 'LZ4_end' })
    }
    this.#at += bytes
    return this.#held.subarray(this.#at - bytes, this.#at)
  }

  async number(): Promise<number> {
    return (await this.take(4)).readUInt32LE(0)
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next()
    if (next.done === true) return false
    const left = this.#held.subarray(this.#at)
    this.#held = left.length === 0 ? next.value : Buffer.concat([left, next.value])
    this.#at = 0
    return true
  }
}

function broken(message: string): Error {
  return Object.assign(new Error(message), { code: 'LZ4_data' })
}
