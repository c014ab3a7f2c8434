const prime1 = 0x9e3779b1
const prime2 = 0x85ebca77
const prime3 = 0xc2b2ae3d
const prime4 = 0x27d4eb2f
const prime5 = 0x165667b1

/** xxHash32 with seed 0, the checksum of LZ4 frames (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). */
export class XxHash32 {
  #lanes: [number, number, number, number] = [prime1 + prime2, prime2, 0, -prime1]
  #held: Buffer = Buffer.alloc(0)
  #length = 0

  update(bytes: Buffer): void {
    this.#length += bytes.length
    const all = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    let [lane1, lane2, lane3, lane4] = this.#lanes
    let at = 0
    for (; at + 16 <= all.length; at += 16) {
      lane1 = round(lane1, all.readInt32LE(at))
      lane2 = round(lane2, all.readInt32LE(at + 4))
      lane3 = round(lane3, all.readInt32LE(at + 8))
      lane4 = round(lane4, all.readInt32LE(at + 12))
    }
    this.#lanes = [lane1, lane2, lane3, lane4]
    // The bytes are their owner's, who may write over them.
    this.#held = Buffer.from(all.subarray(at))
  }

  digest(): number {
    const [lane1, lane2, lane3, lane4] = this.#lanes
    const mixed = rotated(lane1, 1) + rotated(lane2, 7) + rotated(lane3, 12) + rotated(lane4, 18)
    let hash = (this.#length >= 16 ? mixed : prime5) + this.#length
    let at = 0
    for (; at + 4 <= this.#held.length; at += 4) {
      hash = Math.imul(rotated(hash + Math.imul(this.#held.readInt32LE(at), prime3), 17), prime4)
    }
    for (const code of this.#held.subarray(at)) hash = Math.imul(rotated(hash + Math.imul(code, prime5), 11), prime1)
    hash = Math.imul(hash ^ (hash >>> 15), prime2)
    hash = Math.imul(hash ^ (hash >>> 13), prime3)
    return (hash ^ (hash >>> 16)) >>> 0
  }
}

export function xxHash32(bytes: Buffer): number {
  const hash = new XxHash32()
  hash.update(bytes)
  return hash.digest()
}

function round(lane: number, input: number): number {
  return Math.imul(rotated(lane + Math.imul(input, prime2), 13), prime1)
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
