/**
 * Finds lines by bucket and name in memory of 24 bytes a line, whatever the names: a hash, and where the line lies. Whoever
 * asks compares the line itself, for two names may have one hash.
 */
export class NameIndex {
  #slots = new Uint32Array(1_024)
  #hashes = new Uint32Array(512)
  #offsets = new Float64Array(512)
  #lengths = new Uint32Array(512)
  #size = 0

  /** Lines added so far; each is known by its number, from 0. */
  get size(): number {
    return this.#size
  }

  add(bucket: string, name: string, offset: number, length: number): number {
    if (this.#size === this.#hashes.length) this.#grow()
    const line = this.#size
    this.#hashes[line] = hashOf(bucket, name)
    this.#offsets[line] = offset
    this.#lengths[line] = length
    this.#size += 1
    this.#place(line)
    return line
  }

  /** Lines that may be the one, latest first. */
  *candidates(bucket: string, name: string): Generator<number> {
    const hash = hashOf(bucket, name)
    const found: number[] = []
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const line = (this.#slots[slot] ?? 0) - 1
      if (this.#hashes[line] === hash) found.push(line)
    }
    yield* found.reverse()
  }

  place(line: number): { readonly offset: number; readonly length: number } {
    return { offset: this.#offsets[line] ?? 0, length: this.#lengths[line] ?? 0 }
  }

  #place(line: number): void {
    const mask = this.#slots.length - 1
    let slot = (this.#hashes[line] ?? 0) & mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask
    this.#slots[slot] = line + 1
  }

  #grow(): void {
    const capacity = this.#hashes.length * 2
    const hashes = new Uint32Array(capacity)
    const offsets = new Float64Array(capacity)
    const lengths = new Uint32Array(capacity)
    hashes.set(this.#hashes)
    offsets.set(this.#offsets)
    lengths.set(this.#lengths)
    this.#hashes = hashes
    this.#offsets = offsets
    this.#lengths = lengths
    this.#slots = new Uint32Array(capacity * 2)
    for (let line = 0; line < this.#size; line += 1) this.#place(line)
  }
}

/** FNV-1a over both, with a character between that no bucket's name has. */
function hashOf(bucket: string, name: string): number {
  let hash = 0x811c9dc5
  const text = `${bucket}/${name}`
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}
