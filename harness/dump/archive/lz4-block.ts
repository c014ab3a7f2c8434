/**
 * Unpacks one LZ4 block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md) to `start` of `target`, where what
 * was unpacked before it, up to 64 KiB, lies in front. Returns where the block ends there; -1 if it is broken.
 */
export function unpackLz4Block(source: Buffer, target: Buffer, start: number): number {
  const sourceEnd = source.length
  const targetEnd = target.length
  let from = 0
  let to = start
  while (from < sourceEnd) {
    const token = source[from++] ?? 0
    let literals = token >> 4
    if (literals === 15) {
      let more = 255
      while (more === 255) {
        if (from >= sourceEnd) return -1
        more = source[from++] ?? 0
        literals += more
      }
    }
    if (from + literals > sourceEnd || to + literals > targetEnd) return -1
    if (literals < 16) for (let index = 0; index < literals; index += 1) target[to + index] = source[from + index] ?? 0
    else source.copy(target, to, from, from + literals)
    from += literals
    to += literals
    // The last sequence of a block has no match.
    if (from === sourceEnd) return (token & 15) === 0 ? to : -1
    if (from + 2 > sourceEnd) return -1
    const offset = (source[from] ?? 0) | ((source[from + 1] ?? 0) << 8)
    from += 2
    let length = (token & 15) + 4
    if (length === 19) {
      let more = 255
      while (more === 255) {
        if (from >= sourceEnd) return -1
        more = source[from++] ?? 0
        length += more
      }
    }
    if (offset === 0 || offset > to || to + length > targetEnd) return -1
    if (length > 16 && offset >= length) target.copyWithin(to, to - offset, to - offset + length)
    // A match may reach into itself: byte by byte.
    else for (let index = 0; index < length; index += 1) target[to + index] = target[to + index - offset] ?? 0
    to += length
  }
  return -1
}
