/** As for the first reading: twice the size is no faster. */
const chunkBytes = 131_072

/**
 * The bytes between two places, in chunks, the next one being read while one is worked on. `read` gives at least one
 * byte. Who leaves early does not wait for that next one: it may be long in coming.
 */
export async function* readAhead(
  from: number,
  to: number,
  read: (from: number, length: number) => Promise<Buffer>,
): AsyncGenerator<Buffer> {
  const begin = (at: number) => {
    const reading = at < to ? read(at, Math.min(chunkBytes, to - at)) : Promise.resolve(Buffer.alloc(0))
    // A failure is thrown where it is awaited, which may be later than it happens.
    reading.catch(() => undefined)
    return reading
  }
  let at = from
  let pending = begin(at)
  while (at < to) {
    const chunk = await pending
    at += chunk.length
    pending = begin(at)
    yield chunk
  }
}

/**
 * The buffer to read the next chunk into, in turns: one that is worked on, one that waits, one that is read into. New
 * ones for each chunk would cost more than reading it, in page faults and garbage.
 */
export function takeTurns(): (length: number) => Buffer {
  const buffers: Buffer[] = []
  let turn = 0
  return (length) => {
    turn = (turn + 1) % 3
    const buffer = (buffers[turn] ??= Buffer.allocUnsafeSlow(length))
    if (buffer.length >= length) return buffer.subarray(0, length)
    return (buffers[turn] = Buffer.allocUnsafeSlow(length))
  }
}
